import type { CallContext } from '../../../src/core/call-context.js';
import { Principal } from '../../../src/core/principal.js';
import { SecretValue } from '../../../src/core/secret-value.js';
import { BrokerKubeClient } from '../../../src/kubernetes/broker-kube.client.js';
import { CallerKubeClient } from '../../../src/kubernetes/caller-kube.client.js';
import type { KubeCall } from '../../../src/kubernetes/kube-call.js';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';
import { KubeSecretStore } from '../../../src/kubernetes/kube-secret.store.js';
import { KubeTransport } from '../../../src/kubernetes/kube-transport.js';
import { SelfKubeClient } from '../../../src/kubernetes/self-kube.client.js';
import type { SecretManifest } from '../../../src/secrets/domain/secret.js';
import type { Plane, StoreCall } from '../../../src/secrets/domain/secret.store.js';
import { applyFiles } from '../../cluster/manifests.js';
import type { TestCluster } from '../../cluster/test-cluster.js';

const rbac = 'deploy/rbac/constrained';

export interface Gateway {
  readonly transport: KubeTransport;
  readonly self: SelfKubeClient;
  readonly caller: CallerKubeClient;
  readonly store: KubeSecretStore;
}

/** The shipped by-namespace profile with `pay` served and `other` not, and the gateway on it. */
export async function installGateway(cluster: TestCluster): Promise<Gateway> {
  await applyFiles(cluster, `${rbac}/by-namespace`);
  for (const namespace of ['pay', 'other']) {
    const named = (kind: string, name: string) => ({ apiVersion: 'v1', kind, metadata: { name } });
    await cluster.request('POST', '/api/v1/namespaces', named('Namespace', namespace));
    const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    await cluster.request('POST', accounts, named('ServiceAccount', 'app'));
  }
  await applyFiles(cluster, `${rbac}/by-namespace/served-namespace.yaml`, 'pay');
  return connectGateway(cluster);
}

/** A gateway on connections of its own, where one is installed. */
export async function connectGateway(cluster: TestCluster): Promise<Gateway> {
  const token = await cluster.createToken({ namespace: 'sallyport', serviceAccount: 'sallyport' });
  const path = await cluster.kubeconfigFor({ token, name: 'gateway' });
  return gatewayOn(await KubeConnection.open({ mode: 'kubeconfig', path }));
}

export function gatewayOn(connection: KubeConnection): Gateway {
  const transport = new KubeTransport(connection);
  const caller = new CallerKubeClient(transport, { mode: 'impersonate' });
  const broker = new BrokerKubeClient(transport, {
    namespace: 'sallyport',
    name: 'sallyport-broker',
  });
  const store = new KubeSecretStore(caller, broker);
  return { transport, self: new SelfKubeClient(transport), caller, store };
}

export function user(
  username: string,
  more: Partial<Parameters<typeof Principal.forUser>[0]> = {},
) {
  return Principal.forUser({ username, kind: 'oidc', credentialId: 'test', ...more });
}

export function serviceAccount(namespace: string, name: string) {
  return Principal.forServiceAccount({ namespace, name, uid: 'u', credentialId: 'test' });
}

export function contextOf(principal: Principal): CallContext {
  return {
    principal,
    door: 'rest',
    requestId: 'r',
    auditId: 'a',
    sourceIp: '127.0.0.1',
    requestUri: '/',
  };
}

export function callAs(principal: Principal, as: Plane = 'caller'): StoreCall {
  return { ctx: contextOf(principal), as, trace: { plane: 'caller', upstreamIds: [] } };
}

export function manifest(
  namespace: string,
  name: string,
  data: Readonly<Record<string, string>>,
  more: Partial<SecretManifest> = {},
): SecretManifest {
  const values = Object.entries(data).map(
    ([key, text]) => [key, SecretValue.fromBytes(Buffer.from(text))] as const,
  );
  return {
    namespace,
    name,
    type: 'Opaque',
    immutable: false,
    labels: {},
    annotations: {},
    data: new Map(values),
    ...more,
  };
}

export const whoAmI: KubeCall = {
  method: 'POST',
  path: ['apis', 'authentication.k8s.io', 'v1', 'selfsubjectreviews'],
  body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  effect: 'none',
};

// The shipped profile impersonates for Secrets alone; this lets the API server tell what it saw.
const reviewRight = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: test-review }
rules:
  - apiGroups: [authentication.k8s.io]
    resources: [selfsubjectreviews]
    verbs: ['impersonate-on:user-info:create', 'impersonate-on:serviceaccount:create']
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: test-review }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: test-review }
subjects: [{ kind: ServiceAccount, name: sallyport, namespace: sallyport }]
`;

export async function allowReviews(cluster: TestCluster): Promise<void> {
  await cluster.apply(reviewRight);
}

/** The user that the API server saw. */
export async function seenAs({ caller }: Gateway, principal: Principal): Promise<unknown> {
  const review = await caller.send(principal, whoAmI);
  return (review['status'] as { userInfo: unknown }).userInfo;
}
