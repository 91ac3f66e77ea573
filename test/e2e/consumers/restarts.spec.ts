import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyFiles } from '../../cluster/manifests.js';
import { gatewayCaller } from '../../../src/core/gateway-accounts.js';
import { TestInstallation } from '../../support/gateway.js';
import { Workloads, podSpecs } from './workloads.js';
import { ConsumersService } from '../../../src/consumers/consumers.service.js';
import { partOf } from '../../support/part-of.js';

const restarts = 'deploy/rbac/constrained/restarts.yaml';

let installation: TestInstallation;
let workloads: Workloads;

beforeAll(async () => {
  installation = await TestInstallation.start();
  await installation.serve('pay');
  await applyFiles(installation.cluster, restarts, 'pay');
  workloads = new Workloads(installation.cluster, 'pay');
});
afterAll(() => installation?.stop());

function restart(name: string, runId: string) {
  const ctx = gatewayCaller('sallyport', 'sallyport-broker');
  const call = { ctx, trace: { plane: 'none' as const, upstreamIds: [] } };
  const consumers = partOf(installation.gateway, ConsumersService);
  return consumers.restart(call, { namespace: 'pay', name }, 'auto', runId);
}

describe('a rollout restart', () => {
  it.each(['Deployment', 'StatefulSet', 'DaemonSet'] as const)(
    'gives a stored %s that mounts the Secret exactly one annotation, however often it is tried',
    async (kind) => {
      const name = `demo-${kind.toLowerCase()}`;
      await workloads.workload(kind, name, podSpecs.volume(name));
      const all = { restarted: [{ kind, name }], refused: [] };
      expect(await restart(name, 'run-1')).toEqual(all);
      const once = await workloads.template(kind, name);
      expect(once.annotations).toEqual({
        'kubectl.kubernetes.io/restartedAt': expect.stringMatching(/^\d{4}-.*Z$/),
        'sallyport.dev/restarted-for': 'run-1',
      });
      expect(await restart(name, 'run-1')).toEqual(all);
      expect(await workloads.template(kind, name)).toEqual(once);
    },
  );
});
