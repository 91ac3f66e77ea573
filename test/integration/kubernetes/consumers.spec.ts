import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsumersService } from '../../../src/consumers/consumers.service.js';
import { SystemClock } from '../../../src/core/clock.js';
import { KubeWorkloadDirectory } from '../../../src/kubernetes/kube-workload.directory.js';
import { BrokerKubeClient } from '../../../src/kubernetes/broker-kube.client.js';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import { Workloads, podSpecs, runningSince } from '../../e2e/consumers/workloads.js';
import { callAs, installGateway, serviceAccount } from './support.js';

const restartedAt = 'kubectl.kubernetes.io/restartedAt';
const restartedFor = 'sallyport.dev/restarted-for';
const hourMs = 60 * 60_000;
const longAgo = new Date(Date.now() - hourMs);

describe('consumers on a real API server', () => {
  let cluster: Cluster;
  let service: Pick<ConsumersService, 'find' | 'restart'>;
  let workloads: Workloads;

  beforeAll(async () => {
    cluster = await sharedCluster();
    const { transport } = await installGateway(cluster);
    const account = { namespace: 'sallyport', name: 'sallyport-broker' };
    const directory = new KubeWorkloadDirectory(new BrokerKubeClient(transport, account));
    service = serviceOn(directory);
    workloads = new Workloads(cluster, 'pay');
    const restarts = 'deploy/rbac/constrained/restarts.yaml';
    await cluster.kubectl(['-n', 'pay', 'apply', '-f', restarts]);
  }, 900_000);
  afterAll(() => cluster?.stop());

  const call = () => callAs(serviceAccount('sallyport', 'sallyport-broker'), 'broker');
  const ref = (name: string, namespace = 'pay') => ({ namespace, name });
  const found = async (name: string) => {
    const { consumers } = await service.find(call(), ref(name));
    return consumers.map(
      ({ kind, name: consumer, uses, pods }) =>
        `${kind}/${consumer} ${uses.join('+')} [${pods.map((pod) => pod.name).join(' ')}]`,
    );
  };
  const restarts = async (name: string, runId: string) =>
    service.restart(call(), ref(name), 'auto', runId);

  it('are found by template and by Pod, whatever stands in between', async () => {
    const spec = podSpecs.env('found');
    const deployment = await workloads.workload('Deployment', 'web', spec);
    const owner = { kind: 'Deployment', made: deployment };
    const set = await workloads.workload('ReplicaSet', 'web-1', spec, { owner });
    await workloads.pod('web-1-a', spec, { owner: { kind: 'ReplicaSet', made: set } });
    await workloads.workload('StatefulSet', 'store', podSpecs.volume('found'));
    await workloads.workload('DaemonSet', 'agent', podSpecs.subPath('found'));
    await workloads.workload('Deployment', 'other', podSpecs.env('another'));
    await workloads.pod('bare', podSpecs.imagePull('found'));
    await workloads.pod('done', spec);
    await workloads.podStatus('done', { phase: 'Succeeded' });
    expect(await found('found')).toEqual([
      'DaemonSet/agent subPath []',
      'Deployment/web env [web-1-a]',
      'Pod/bare imagePull [bare]',
      'StatefulSet/store volume []',
    ]);
  });

  it('are found in Jobs that are to come and that run', async () => {
    const template = { spec: { ...podSpecs.env('job'), restartPolicy: 'Never' } };
    const create = (resource: string, body: object) =>
      cluster.request<{ metadata: { name: string; uid: string } }>(
        'POST',
        `/apis/batch/v1/namespaces/pay/${resource}`,
        { apiVersion: 'batch/v1', ...body },
      );
    await create('cronjobs', {
      kind: 'CronJob',
      metadata: { name: 'backup' },
      spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template } } },
    });
    const { body: job } = await create('jobs', {
      kind: 'Job',
      metadata: { name: 'once' },
      spec: { template },
    });
    await workloads.pod('once-a', template.spec, { owner: { kind: 'Job', made: job } });
    expect(await found('job')).toEqual(['CronJob/backup env []', 'Job/once env [once-a]']);
  });

  it('are waited for until their Pods have started anew', async () => {
    await workloads.pod('reads-once', podSpecs.env('wait'), { startedAt: longAgo });
    await workloads.pod('reads-files', podSpecs.volume('wait'), { startedAt: longAgo });
    await workloads.pod('has-no-node', podSpecs.env('wait'));
    const nowMs = Date.now() + hourMs;
    const waiting = async () => {
      const consumers = await service.find(call(), ref('wait'));
      return consumers.waitingFor({ changedAtMs: nowMs - 60_000, nowMs });
    };
    expect(await waiting()).toEqual(['reads-files', 'reads-once']);
    await workloads.podStatus('reads-once', runningSince(longAgo, new Date(nowMs)));
    expect(await waiting()).toEqual(['reads-files']);
  });

  it('are restarted once for a run, in one write', async () => {
    const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;
    for (const kind of kinds) await workloads.workload(kind, 'app', podSpecs.volume('restart'));
    await workloads.workload('Deployment', 'pulls', podSpecs.imagePull('restart'));
    const all = kinds.map((kind) => ({ kind, name: 'app' })).toSorted(byKind);
    const before = Date.now();
    expect(await restarts('restart', 'run-1')).toEqual({ restarted: all, refused: [] });
    const first = await Promise.all(kinds.map((kind) => workloads.template(kind, 'app')));
    for (const { annotations } of first) {
      expect(Object.keys(annotations).toSorted()).toEqual([restartedAt, restartedFor]);
      expect(Date.parse(annotations[restartedAt] ?? '')).toBeGreaterThanOrEqual(before);
      expect(annotations[restartedFor]).toBe('run-1');
    }
    expect(await restarts('restart', 'run-1')).toEqual({ restarted: all, refused: [] });
    const again = await Promise.all(kinds.map((kind) => workloads.template(kind, 'app')));
    expect(again).toEqual(first);
    await restarts('restart', 'run-2');
    const { annotations } = await workloads.template('Deployment', 'app');
    expect(annotations[restartedFor]).toBe('run-2');
    expect((await workloads.template('Deployment', 'pulls')).annotations).toEqual({});
  });

  it('are restarted once, however many do so at a time', async () => {
    await workloads.workload('Deployment', 'raced', podSpecs.env('raced'));
    await Promise.all(Array.from({ length: 8 }, () => restarts('raced', 'run-1')));
    const path = '/apis/apps/v1/namespaces/pay/deployments/raced';
    const { body } = await cluster.request<{ metadata: { generation: number } }>('GET', path);
    expect(body.metadata.generation).toBe(2);
  });

  it('are not restarted where that would roll out nothing, or there is nothing', async () => {
    await workloads.workload('Deployment', 'paused', podSpecs.env('p'), { spec: { paused: true } });
    const which = [
      { kind: 'Deployment', name: 'paused' },
      { kind: 'StatefulSet', name: 'absent' },
    ] as const;
    expect(await service.restart(call(), ref('p'), which, 'run-1')).toEqual({
      restarted: [],
      refused: [
        { kind: 'Deployment', name: 'paused', reason: 'it is paused' },
        { kind: 'StatefulSet', name: 'absent', reason: 'it is not there' },
      ],
    });
    expect((await workloads.template('Deployment', 'paused')).annotations).toEqual({});
  });

  it('are not restarted in a namespace that allows the broker to look alone', async () => {
    const served = 'deploy/rbac/constrained/by-namespace/served-namespace.yaml';
    const namespace = 'looked-at';
    await cluster.kubectl(['create', 'namespace', namespace]);
    await cluster.kubectl(['-n', namespace, 'apply', '-f', served]);
    const there = new Workloads(cluster, namespace);
    await there.workload('Deployment', 'app', podSpecs.env('db'));
    const reason = 'the gateway may not restart workloads in this namespace';
    expect(await service.restart(call(), ref('db', namespace), 'auto', 'run-1')).toEqual({
      restarted: [],
      refused: [{ kind: 'Deployment', name: 'app', reason }],
    });
    expect((await there.template('Deployment', 'app')).annotations).toEqual({});
  });

  it('are told to nobody where the broker may not look', async () => {
    await expect(service.find(call(), ref('db', 'other'))).rejects.toMatchObject({
      code: 'Unavailable',
      isInstallationFault: true,
    });
  });

  it('note the calls of the cluster that they took', async () => {
    const noted = call();
    await service.find(noted, ref('found'));
    expect(noted.trace.plane).toBe('broker');
    expect(new Set(noted.trace.upstreamIds).size).toBe(7);
  });
});

function byKind(one: { readonly kind: string }, other: { readonly kind: string }): number {
  return one.kind < other.kind ? -1 : 1;
}

/** Without what is asked about a caller: background work asks nothing. */
function serviceOn(directory: KubeWorkloadDirectory): ConsumersService {
  const unused = undefined as never;
  return new ConsumersService(unused, unused, unused, unused, directory, new SystemClock());
}
