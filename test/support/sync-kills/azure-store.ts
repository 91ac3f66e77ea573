import type { TestCluster } from '../../cluster/test-cluster.js';
import { startKeyVault } from '../../services/azure-key-vault.js';
import { type CrashStore, crashNamespace, textsIn, trustIn, valuesIn } from './crash-store.js';
import { StoreFates } from './store-fates.js';

const resource = 'https://127.0.0.1';
const nameOf = (secret: string): string => `k8s--${crashNamespace}--${secret}`;

/** Starts the double of Azure Key Vault, which keeps all versions, as Azure does. */
export async function startAzureStore(home: TestCluster): Promise<CrashStore> {
  const azure = await startKeyVault({ resource, trusts: await trustIn(home) });
  const { vault, authority, secrets, tenantId, clientId } = azure;
  const fates = new StoreFates(({ method, path }) => {
    if (path.endsWith('/versions')) return 'page';
    return method === 'GET' ? 'read' : 'write';
  }, 4);
  fates.guardDouble(vault);
  const last = (secret: string) => {
    const found = secrets.versions(nameOf(secret)).at(-1);
    if (found === undefined) throw new Error(`the vault has no secret ${secret}`);
    return { values: textsIn(found.value), version: found.id };
  };
  const ca = `${vault.ca}\n${authority.ca}`;
  return {
    ...{ name: 'azure', prefix: 'k8s/{namespace}/', files: { 'ca.crt': ca }, fates },
    spec: (caSecret) => ({
      azureKeyVault: {
        ...{ vaultUrl: vault.url.origin, authorityUrl: authority.url.origin, resource },
        ...{ caSecret, tenantId, clientId },
      },
    }),
    patch(secret, change) {
      const value = JSON.stringify({ ...last(secret).values, ...change });
      const { status } = secrets.put(nameOf(secret), { value });
      if (status !== 200) throw new Error(`the vault answers with ${status}`);
      return Promise.resolve();
    },
    current: (secret) => Promise.resolve(last(secret)),
    keepsHistory: true,
    history: (secret) =>
      Promise.resolve(valuesIn(secrets.versions(nameOf(secret)).map(({ value }) => value))),
    stop: () => azure.stop(),
  };
}
