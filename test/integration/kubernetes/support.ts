import type { CallContext } from '../../../src/core/call-context.js';
import { Principal } from '../../../src/core/principal.js';
import { SecretValue } from '../../../src/core/secret-value.js';
import { BrokerKubeClient } from '../../../src/kubernetes/broker-kube.client.js';
import { CallerKubeClient } from '../../../src/kubernetes/caller-kube.client.js';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';
import { KubeSecretStore } from '../../../src/kubernetes/kube-secret.store.js';
import { KubeTransport } from '../../../src/kubernetes/kube-transport.js';
import { SelfKubeClient } from '../../../src/kubernetes/self-kube.client.js';
import type { SecretManifest } from '../../../src/secrets/domain/secret.js';
import type { Plane, StoreCall } from '../../../src/secrets/domain/secret.store.js';
import type { Cluster } from '../../cluster/cluster.js';

const rbac = 'deploy/rbac/constrained';

export interface Gateway {
  readonly transport: KubeTransport;
  readonly self: SelfKubeClient;
  readonly caller: CallerKubeClient;
  readonly store: KubeSecretStore;
}

/** The shipped by-namespace profile with `pay` served and `other` not, and the gateway on it. */
export async function installGateway(cluster: Cluster): Promise<Gateway> {
  await cluster.kubectl(['apply', '--server-side', '-k', `${rbac}/by-namespace`]);
  for (const namespace of ['pay', 'other']) {
    await cluster.kubectl(['create', 'namespace', namespace]);
    await cluster.kubectl(['-n', namespace, 'create', 'serviceaccount', 'app']);
  }
  await cluster.kubectl(['-n', 'pay', 'apply', '-f', `${rbac}/by-namespace/served-namespace.yaml`]);
  const token = await cluster.createToken({ namespace: 'sallyport', serviceAccount: 'sallyport' });
  const path = await cluster.kubeconfigFor({ token, name: 'gateway' });
  return gatewayOn(await KubeConnection.open({ mode: 'kubeconfig', path }));
}

export function gatewayOn(connection: KubeConnection): Gateway {
  const transport = new KubeTransport(connection);
  const caller = new CallerKubeClient(transport, { mode: 'impersonate' });
  const broker = new BrokerKubeClient(transport, 'sallyport');
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
