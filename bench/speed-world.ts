import { BareRoute } from './bare-route.js';
import { sendOnce } from './bench-request.js';
import type { ClusterGateway } from './cluster-gateway.js';
import { ClusterWorld } from './cluster-world.js';
import { OpenBao } from './open-bao.js';
import { lookAtTree } from './process-figures.js';
import { namespace, type RealCluster, secretName } from './real-cluster.js';

export const valueBytes = 1_024;
/** That the loads of reads go round. */
export const namesCount = 100;
/** In a namespace of their own. */
export const listedNamespace = 'bench-many';
/** Not served: the gateway takes no notice of what is written there, as if it were not. */
export const unservedNamespace = 'bench-direct';

export type ServerName = 'gateway' | 'kube-apiserver' | 'etcd' | 'openbao' | 'bare';

/** All that is measured in one run, each server in processes of its own, all with TLS. */
export interface SpeedWorld {
  readonly world: ClusterWorld;
  readonly gateway: ClusterGateway;
  readonly openBao: OpenBao;
  readonly bare: BareRoute;
  /** What each server has used of the processors so far, in milliseconds. */
  readonly cpuMs: () => ReadonlyMap<ServerName, number>;
  /** Ends all but the cluster; the world does it too. */
  readonly stop: () => Promise<void>;
}

/** Starts them; they end with the world. `listed`: how many Secrets there are to be listed. */
export async function startSpeedWorld(world: ClusterWorld, listed: number): Promise<SpeedWorld> {
  const { cluster, tls } = world;
  await furnish(cluster, listed);
  const served = [namespace, listedNamespace];
  const gateway = await world.startGateway({ served });
  const names = Array.from({ length: namesCount }, (_, index) => secretName('s', index));
  const openBao = await OpenBao.start({
    ...{ dir: world.newFolder('openbao'), tls, names, value: 'x'.repeat(valueBytes) },
  });
  world.defer(() => openBao.stop());
  const answer = await answerOf(world, gateway);
  const bare = await BareRoute.start(world.newFolder('bare'), tls, answer);
  world.defer(() => bare.stop());
  const pids = new Map<ServerName, number>([
    ['gateway', gateway.pid],
    ['kube-apiserver', await cluster.pidOf('kube-apiserver')],
    ['etcd', await cluster.pidOf('etcd')],
    ['openbao', openBao.pid],
    ['bare', bare.pid],
  ]);
  const cpuMs = () => new Map([...pids].map(([name, pid]) => [name, lookAtTree(pid).cpuMs]));
  const stop = async () => {
    await Promise.all([gateway.stop(), openBao.stop(), bare.stop()]);
  };
  return { world, gateway, openBao, bare, cpuMs, stop };
}

async function furnish(cluster: RealCluster, listed: number): Promise<void> {
  await cluster.fill({ namespace, prefix: 'p', count: namesCount, valueBytes });
  await cluster.addNamespace(unservedNamespace);
  await cluster.fill({ namespace: unservedNamespace, prefix: 'p', count: namesCount, valueBytes });
  await cluster.addNamespace(listedNamespace);
  await cluster.fill({ namespace: listedNamespace, prefix: 's', count: listed, valueBytes });
}

/** What the bare route answers too. */
function answerOf({ tls, tokens }: ClusterWorld, { url }: ClusterGateway): Promise<string> {
  const path = `/v1/namespaces/${namespace}/secrets/${secretName('s', 0)}`;
  const headers = { authorization: `Bearer ${tokens.gateway}` };
  return sendOnce({ origin: url, method: 'GET', path, headers, names: 1 }, tls.ca);
}
