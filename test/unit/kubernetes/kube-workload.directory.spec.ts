import { describe, expect, it } from 'vitest';
import type { KubeCall } from '../../../src/kubernetes/kube-call.js';
import { KubeWorkloadDirectory } from '../../../src/kubernetes/kube-workload.directory.js';
import { translateKubeError } from '../../../src/kubernetes/translate-kube-error.js';
import { callAs, user } from '../../integration/kubernetes/support.js';

/** A cluster without objects, that answers as API servers do where it lacks an API. */
function clusterWithout(group: string): KubeWorkloadDirectory {
  return new KubeWorkloadDirectory({
    send: async (call: KubeCall) => {
      if (!call.path.includes(group)) return { kind: 'List', items: [{ metadata: {} }] };
      const body = Buffer.from('404 page not found\n');
      throw translateKubeError({ status: 404, headers: {}, body }, call, { kind: 'broker' });
    },
  });
}

describe('what runs in a namespace', () => {
  it('is listed where the cluster has no Jobs', async () => {
    const { pods, workloads } = await clusterWithout('batch').list(callAs(user('x')), 'pay');
    expect(pods).toHaveLength(1);
    expect(workloads.map(({ kind }) => kind)).toEqual([
      ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
    ]);
  });

  it.each(['apps', 'pods'])('is not known where the cluster says nothing of %s', async (part) => {
    const listing = clusterWithout(part).list(callAs(user('x')), 'pay');
    await expect(listing).rejects.toMatchObject({ code: 'Unavailable' });
  });
});
