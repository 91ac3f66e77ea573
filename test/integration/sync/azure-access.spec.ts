import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AzureStore } from '../../../src/sync/stores/azure/azure-store.js';
import { startKeyVault, type TestKeyVault } from '../../services/azure-key-vault.js';
import { azureStoreOf, presentIn, reasonIn, writeOf } from './cloud-stores.js';

const never = new AbortController().signal;
const canary = 'c4n4ry-of-a-value';
const absent = { kind: 'absent' } as const;

let azure: TestKeyVault;
let store: AzureStore;
let nowMs: number;
let name: string;
let count = 0;

beforeAll(async () => {
  azure = await startKeyVault();
});
afterAll(() => azure?.stop());
beforeEach(() => {
  azure.reset();
  nowMs = 0;
  count += 1;
  name = `k8s/pay/db-${count}`;
  store = azureStoreOf(azure, { nowMs: () => nowMs });
});

const read = () => store.read(name, never);
const write = (...args: Parameters<typeof writeOf>) => store.write(name, writeOf(...args), never);
const reasonOf = (work: Promise<unknown>) => reasonIn(work, canary);
const logins = () => azure.authority.requests.filter((one) => one.startsWith('POST')).length;

describe('a doubt is no absence', () => {
  it.each([
    ['a 404 of a proxy', 404, '<html>no such place</html>', 'TargetFailed'],
    ['a 404 of another service', 404, { error: { code: 'NotFound' } }, 'TargetFailed'],
    ['a redirect', 302, '', 'TargetFailed'],
    ['a server error', 500, { error: { code: 'SecretNotFound' } }, 'TargetFailed'],
    ['a gateway without a vault', 503, '', 'StoreBusy'],
    ['an answer that is no secret', 200, { id: 'other' }, 'TargetFailed'],
  ])('%s', async (_what, status, body, reason) => {
    azure.vault.faults.before = () => ({ status, body });
    expect(await reasonOf(read())).toBe(reason);
    expect(await reasonOf(write({ password: canary }, absent))).toBe(reason);
  });

  it.each(['get', 'list', 'set', 'recover'] as const)('a missing right to %s', async (right) => {
    await write({ password: 'first' }, absent);
    const seen = await presentIn(store, name);
    await store.remove(name, seen, never);
    const deleted = await read();
    azure.permissions.delete(right);
    expect(await reasonOf(write({ password: canary }, deleted))).toBe('StoreDenied');
  });
});

describe('the credential', () => {
  it('is the token of the ServiceAccount, exchanged once for a part of the lifetime', async () => {
    const before = logins();
    await read();
    await read();
    expect(logins()).toBe(before + 1);
    nowMs = 15 * 60_000;
    await read();
    expect(logins()).toBe(before + 2);
  });

  it('is exchanged again after the vault has refused the token', async () => {
    const before = logins();
    await read();
    azure.vault.faults.before = () => ({ status: 401, body: {} });
    expect(await reasonOf(read())).toBe('StoreDenied');
    azure.vault.reset();
    await read();
    expect(logins()).toBe(before + 2);
  });

  it.each([
    ['another audience', { audience: 'https://vault.azure.net' }],
    ['another subject', { subject: 'system:serviceaccount:shop:sync' }],
    ['a time that is over', { seconds: -30 }],
  ])('is refused with %s, and asked for again at the next call', async (_what, world) => {
    const before = logins();
    const wrong = azureStoreOf(azure, world);
    expect(await reasonOf(wrong.read(name, never))).toBe('StoreDenied');
    expect(await reasonOf(wrong.read(name, never))).toBe('StoreDenied');
    expect(logins()).toBe(before + 2);
  });

  it('goes to no authority that the vault names in a challenge', async () => {
    const before = azure.authority.requests.length;
    const other = await startKeyVault();
    try {
      const challenge = `Bearer authorization="${other.authority.url.href}evil", resource="https://x"`;
      const headers = { 'www-authenticate': challenge };
      azure.vault.faults.before = () => ({ status: 401, headers, body: {} });
      expect(await reasonOf(read())).toBe('StoreDenied');
      expect(other.authority.requests).toEqual([]);
      const asked = new Set(azure.authority.requests.slice(before));
      expect([...asked]).toEqual([`POST /${azure.tenantId}/oauth2/v2.0/token`]);
    } finally {
      await other.stop();
    }
  });
});

describe('the connection', () => {
  it('is refused before anything is sent, if the host is not allowed', async () => {
    const refused = azureStoreOf(azure, { allowed: 'store.test' }).read(name, never);
    expect(await reasonOf(refused)).toBe('HostNotAllowed');
  });

  it('is refused if another CA signed the certificate of the vault or the authority', async () => {
    const { vault, authority } = azure;
    const wrongVault = azureStoreOf(azure, { storeCa: authority.ca }).read(name, never);
    expect(await reasonOf(wrongVault)).toBe('TlsFailed');
    const wrongAuthority = azureStoreOf(azure, { loginCa: vault.ca }).read(name, never);
    expect(await reasonOf(wrongAuthority)).toBe('TlsFailed');
  });

  it('to a vault that is throttled is a reason to wait as long as it says', async () => {
    const headers = { 'retry-after': '7' };
    azure.vault.faults.before = () => ({ status: 429, headers, body: {} });
    await expect(read()).rejects.toMatchObject({ reason: 'StoreBusy', retryAfterMs: 7_000 });
    azure.reset();
    azure.authority.faults.before = () => ({ status: 429, headers, body: {} });
    const login = azureStoreOf(azure).read(name, never);
    await expect(login).rejects.toMatchObject({ reason: 'StoreBusy', retryAfterMs: 7_000 });
  });
});
