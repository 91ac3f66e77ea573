import { expectSuccess } from '../../cluster/api-failure.js';
import type { TestCluster } from '../../cluster/test-cluster.js';
import { OtherCluster, type StoredObject } from '../other-cluster.js';
import { type StoreAnswer, type StoreCall, StoreProxy } from '../store-proxy.js';
import type { CrashStore } from './crash-store.js';
import { StoreFates } from './store-fates.js';
import { decoded, StatesBySecret } from './written-states.js';

const files = { key: 'pki/kube-apiserver.key', certificate: 'pki/kube-apiserver.crt' };

/** Starts a second API server, which has no history. */
export async function startKubernetesStore(home: TestCluster): Promise<CrashStore> {
  const other = await OtherCluster.start(home);
  const { hostname: host, port } = new URL(other.cluster.url);
  const { ca } = other;
  const target = { host, port: Number(port), ca, dir: other.cluster.dir, files };
  const proxy = await StoreProxy.start(target);
  const fates = new StoreFates(({ method }) => (method === 'GET' ? 'read' : 'write'), 6);
  const states = new StatesBySecret();
  fates.guard(proxy, (call, answer) => note(states, call, answer));
  return {
    ...{ name: 'kubernetes', prefix: 'team-pay/', files: { 'ca.crt': ca }, fates },
    spec: (caSecret) => ({
      kubernetes: { url: proxy.url, caSecret, auth: { token: { audience: other.audience } } },
    }),
    async patch(secret, stringData) {
      const path = other.path(secret);
      const answer = await other.cluster.request<StoredObject>('PATCH', path, { stringData });
      const { metadata, data = {} } = expectSuccess(answer).body;
      states.of(secret).wrote(metadata.resourceVersion, decoded(data));
    },
    async current(secret) {
      const { metadata, data = {} } = await other.secret(secret);
      return { values: decoded(data), version: metadata.resourceVersion };
    },
    history: (secret) => Promise.resolve(states.of(secret).untouched),
    keepsHistory: false,
    async stop() {
      await proxy.stop();
      await other.stop();
    },
  };
}

/** Notes what gateways have read and written. */
function note(states: StatesBySecret, call: StoreCall, { status, body }: StoreAnswer): void {
  if (status !== 200 && status !== 201) return;
  const { metadata, data = {} } = JSON.parse(body.toString()) as NamedObject;
  const secret = states.of(metadata.name);
  const version = metadata.resourceVersion;
  if (call.method === 'GET') secret.wrote(version, decoded(data));
  if (call.method === 'POST') secret.wrote(version, decoded(data));
  if (call.method !== 'PATCH') return;
  const sent = JSON.parse(call.body.toString()) as Pick<NamedObject, 'metadata'>;
  secret.replaced(sent.metadata.resourceVersion, version, decoded(data));
}

type NamedObject = StoredObject & { readonly metadata: { readonly name: string } };
