import { createPublicKey } from 'node:crypto';
import type { TestCluster } from '../../cluster/test-cluster.js';
import { startOpenBao, type TestOpenBao } from '../../services/openbao.js';
import { StoreProxy } from '../store-proxy.js';
import { patiently } from '../tokens-world.js';
import { type CrashStore, crashNamespace, type Texts, tokenKeysOf } from './crash-store.js';
import { StoreFates } from './store-fates.js';

const HISTORY_MAX = 2_000;

/** Starts an OpenBao with KV v2; its metadata keep as many versions as they can. */
export async function startOpenBaoStore(home: TestCluster): Promise<CrashStore> {
  const bao = await startOpenBao();
  const proxy = await StoreProxy.start(bao.server);
  await letIn(bao, home);
  const fates = new StoreFates(({ method, path }) => {
    if (!path.startsWith('/v1/secret/')) return 'login';
    return method === 'GET' ? 'read' : 'write';
  }, 1);
  fates.guard(proxy);
  const dataPath = (secret: string) => `secret/data/k8s/${crashNamespace}/${secret}`;
  const read = async (secret: string, version?: number) => {
    const query = version === undefined ? '' : `?version=${version}`;
    const { data } = (await bao.call('GET', `${dataPath(secret)}${query}`)) as KvAnswer;
    return { values: data.data, version: data.metadata.version };
  };
  return {
    ...{ name: 'openbao', prefix: 'k8s/{namespace}/', files: { 'ca.crt': bao.server.ca }, fates },
    spec: (caSecret) => ({
      openbao: {
        ...{ url: proxy.url, caSecret },
        auth: { jwt: { role: 'sync', audience: 'openbao' } },
      },
    }),
    async keepVersions(secret) {
      const path = `secret/metadata/k8s/${crashNamespace}/${secret}`;
      await bao.call('POST', path, { max_versions: HISTORY_MAX });
    },
    async patch(secret, change) {
      // A version that a gateway has written in between is read again.
      await patiently(async () => {
        const { values, version } = await read(secret);
        const data = { ...values, ...change };
        await bao.call('POST', dataPath(secret), { options: { cas: version }, data });
      });
    },
    async current(secret) {
      const { values, version } = await read(secret);
      return { values, version: String(version) };
    },
    keepsHistory: true,
    async history(secret) {
      const { version: last } = await read(secret);
      const seen = new Set<string>();
      for (let version = 1; version <= last; version += 1) {
        const { values } = await read(secret, version);
        for (const value of Object.values(values)) seen.add(value);
      }
      return seen;
    },
    async stop() {
      await proxy.stop();
      await bao.server.stop();
    },
  };
}

interface KvAnswer {
  readonly data: { readonly data: Texts; readonly metadata: { readonly version: number } };
}

/** Lets ServiceAccounts of the cluster log in. */
async function letIn(bao: TestOpenBao, home: TestCluster): Promise<void> {
  const { issuer, keys } = await tokenKeysOf(home);
  const pems = keys.keys.map((key) =>
    createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
  );
  await bao.call('POST', 'sys/auth/jwt', { type: 'jwt' });
  await bao.call('POST', 'auth/jwt/config', { jwt_validation_pubkeys: pems, bound_issuer: issuer });
  const all = '{ capabilities = ["create", "read", "update", "patch", "list"] }';
  const policy = ['data', 'metadata', 'detailed-metadata'].map(
    (of) => `path "secret/${of}/k8s/*" ${all}`,
  );
  await bao.call('PUT', 'sys/policies/acl/sync', { policy: policy.join('\n') });
  await bao.call('POST', 'auth/jwt/role/sync', {
    ...{ role_type: 'jwt', user_claim: 'sub', bound_audiences: ['openbao'] },
    ...{ policies: ['sync'], token_type: 'batch', token_ttl: '5m' },
  });
}
