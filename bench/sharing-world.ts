import { setTimeout as pause } from 'node:timers/promises';
import { type BenchRequest, sendOnce } from './bench-request.js';
import type { ClusterGateway } from './cluster-gateway.js';
import type { ClusterWorld } from './cluster-world.js';
import { account, namespace, type RealCluster, secretName } from './real-cluster.js';

/** Namespace of the consumer; the Secret is in the namespace of the other benchmarks. */
export const consumerNamespace = 'bench-consumer';

const sharedSecret = secretName('s', 0);
const key = 'value';
const name = 'shared';
const readyMsMax = 30_000;
const retryMs = 200;
const rights = { owner: ['secretshares'], consumer: ['secretimports'] } as const;

/** Two reads of one value by one caller: of the Secret, and through an import. */
export interface SharedReads {
  readonly cached: BenchRequest;
  readonly live: BenchRequest;
}

/** Adds the namespace of the consumer, in which the caller may do as in that of the owner. */
export async function addConsumer(cluster: RealCluster): Promise<void> {
  await cluster.addNamespace(consumerNamespace);
  await allow(cluster, namespace, rights.owner);
  await allow(cluster, consumerNamespace, rights.consumer);
}

/** Shares the first Secret with the consumer, and imports it. Rejects if it cannot be read then. */
export async function shareOne(
  { tls, tokens }: ClusterWorld,
  { url }: ClusterGateway,
): Promise<SharedReads> {
  const headers = { authorization: `Bearer ${tokens.gateway}` };
  const put = (path: string, body: object): BenchRequest => ({
    ...{ origin: url, method: 'PUT', path, names: 1, body: JSON.stringify(body) },
    headers: { ...headers, 'content-type': 'application/json' },
  });
  const get = (path: string): BenchRequest => {
    return { origin: url, method: 'GET', path, headers, names: 1 };
  };
  const ofOwner = `/v1/namespaces/${namespace}`;
  const ofConsumer = `/v1/namespaces/${consumerNamespace}`;
  const to = [{ namespace: consumerNamespace }];
  const share = put(`${ofOwner}/shares/${name}`, { secretName: sharedSecret, keys: [key], to });
  const from = { namespace, share: name };
  const imported = put(`${ofConsumer}/imports/${name}`, { from });
  const cached = get(`${ofOwner}/secrets/${sharedSecret}/keys/${key}`);
  const live = get(`${ofConsumer}/imports/${name}/keys/${key}`);
  for (const request of [share, imported, cached, live]) await answered(request, tls.ca);
  return { cached, live };
}

/** Repeats a request until the gateway follows the kinds that it is about. */
async function answered(request: BenchRequest, ca: string): Promise<void> {
  const untilMs = performance.now() + readyMsMax;
  for (;;) {
    try {
      await sendOnce(request, ca);
      return;
    } catch (error) {
      if (performance.now() > untilMs) throw error;
      await pause(retryMs);
    }
  }
}

async function allow(
  cluster: RealCluster,
  at: string,
  resources: readonly string[],
): Promise<void> {
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${at}`;
  const metadata = { name: 'sharing' };
  const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
  await cluster.request('POST', `${rbac}/roles`, {
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata },
    rules: [{ apiGroups: ['sallyport.dev'], resources, verbs }],
  });
  await cluster.request('POST', `${rbac}/rolebindings`, {
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  });
}
