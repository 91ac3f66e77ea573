import { ClientAssertionCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startKeyVault, type TestKeyVault } from '../../services/azure-key-vault.js';
import { azureStoreOf, owner, textsOf, writeOf } from './cloud-stores.js';

const never = new AbortController().signal;

let azure: TestKeyVault;
let client: SecretClient;

/** The vendor's client, with a token that it exchanges itself. */
function clientOf({ vault, authority, cluster, tenantId, clientId, audience }: TestKeyVault) {
  const assertion = async () => (await cluster.token({ audience })).revealText() ?? '';
  const credential = new ClientAssertionCredential(tenantId, clientId, assertion, {
    authorityHost: authority.url.origin,
    disableInstanceDiscovery: true,
    tlsOptions: { ca: authority.ca },
  });
  return new SecretClient(vault.url.origin, credential, {
    tlsOptions: { ca: vault.ca },
    // The host is not under vault.azure.net here.
    disableChallengeResourceVerification: true,
    retryOptions: { maxRetries: 0 },
  });
}

beforeAll(async () => {
  azure = await startKeyVault();
  client = clientOf(azure);
});
afterAll(() => azure?.stop());

it('the client of Azure reads what the store writes, and the store what the client writes', async () => {
  const store = azureStoreOf(azure);
  const written = await store.write('k8s/pay/db', writeOf({ a: 'é"\n' }), never);
  const read = await client.getSecret('k8s--pay--db');
  expect(JSON.parse(read.value ?? '')).toEqual({ a: 'é"\n' });
  expect(read.properties).toMatchObject({
    ...{ version: written.version, contentType: 'application/json', enabled: true },
    tags: { 'sallyport-owner': 'v1/cluster/ns/sync' },
  });
  const set = await client.setSecret('k8s--pay--db', '{"a":"theirs"}');
  const state = await store.read('k8s/pay/db', never);
  expect(state).toMatchObject({ kind: 'present', version: set.properties.version, mark: owner });
  expect(textsOf(state)).toEqual({ a: 'theirs' });
  const versions: (string | undefined)[] = [];
  for await (const one of client.listPropertiesOfSecretVersions('k8s--pay--db')) {
    versions.push(one.version);
  }
  expect(new Set(versions)).toEqual(new Set([written.version, set.properties.version]));
});

it('the client and the store agree about deletions, recoveries and tags', async () => {
  const store = azureStoreOf(azure);
  const name = 'k8s/pay/gone';
  const flat = 'k8s--pay--gone';
  await store.write(name, writeOf({ a: 'first' }), never);
  const deletion = await client.beginDeleteSecret(flat, { intervalInMs: 1 });
  await deletion.pollUntilDone();
  const deleted = await store.read(name, never);
  expect(deleted).toMatchObject({ kind: 'deleted', mark: owner });
  await expect(client.setSecret(flat, 'x')).rejects.toMatchObject({ statusCode: 409 });
  await store.write(name, writeOf({ a: 'second' }, deleted), never);
  expect((await client.getSecret(flat)).value).toBe('{"a":"second"}');
  const state = await store.read(name, never);
  if (state.kind !== 'present') throw new Error('the secret is not there');
  await client.updateSecretProperties(flat, state.version, { tags: { team: 'pay' } });
  expect(azure.secrets.versions(flat).at(-1)?.tags).toEqual({ team: 'pay' });
  await store.remove(name, (await store.read(name, never)) as typeof state, never);
  expect(await client.getDeletedSecret(flat)).toMatchObject({ name: flat });
  const recovery = await client.beginRecoverDeletedSecret(flat, { intervalInMs: 1 });
  await recovery.pollUntilDone();
  expect(textsOf(await store.read(name, never))).toEqual({ a: 'second' });
});

it('the client is refused what the store is refused', async () => {
  const long = 'c'.repeat(25 * 1_024 + 1);
  await expect(client.setSecret('long', long)).rejects.toMatchObject({ statusCode: 400 });
  await expect(client.getSecret('absent')).rejects.toMatchObject({ code: 'SecretNotFound' });
  azure.permissions.delete('get');
  await expect(client.getSecret('absent')).rejects.toMatchObject({ statusCode: 403 });
  azure.reset();
});
