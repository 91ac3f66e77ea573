import type { TestCluster } from '../../cluster/test-cluster.js';
import { startSecretManager } from '../../services/gcp-secretmanager.js';
import { type CrashStore, crashNamespace, textsIn, trustIn, valuesIn } from './crash-store.js';
import { StoreFates } from './store-fates.js';

const nameOf = (secret: string): string => `k8s--${crashNamespace}--${secret}`;

/** Starts the double of GCP Secret Manager, which keeps all versions, as Google does. */
export async function startGcpStore(home: TestCluster): Promise<CrashStore> {
  const gcp = await startSecretManager(await trustIn(home));
  const { store, sts, credentials, secrets, project, provider } = gcp;
  const fates = new StoreFates(({ method }) => (method === 'GET' ? 'read' : 'write'), 5);
  fates.guardDouble(store);
  const jsonsOf = (secret: string) => secrets.payloads(nameOf(secret)).map(String);
  const last = (secret: string) => {
    const jsons = jsonsOf(secret);
    return { values: textsIn(jsons.at(-1) ?? '{}'), version: String(jsons.length) };
  };
  const ca = [store, sts, credentials].map((one) => one.ca).join('\n');
  return {
    ...{ name: 'gcp', prefix: 'k8s/{namespace}/', files: { 'ca.crt': ca }, fates },
    spec: (caSecret) => ({
      gcpSecretManager: {
        ...{ project, provider, caSecret, domain: '127.0.0.1' },
        ...{ url: store.url.origin, stsUrl: sts.url.origin },
        credentialsUrl: credentials.url.origin,
      },
    }),
    patch(secret, change) {
      const json = JSON.stringify({ ...last(secret).values, ...change });
      const payload = { data: Buffer.from(json).toString('base64') };
      const { status } = secrets.addVersion(nameOf(secret), { payload }, false);
      if (status !== 200) throw new Error(`the store answers with ${status}`);
      return Promise.resolve();
    },
    current: (secret) => Promise.resolve(last(secret)),
    keepsHistory: true,
    history: (secret) => Promise.resolve(valuesIn(jsonsOf(secret))),
    stop: () => gcp.stop(),
  };
}
