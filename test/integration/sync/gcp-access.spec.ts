import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GcpStore } from '../../../src/sync/stores/gcp/gcp-store.js';
import { startSecretManager, type TestSecretManager } from '../../services/gcp-secretmanager.js';
import { gcpStoreOf, presentIn, reasonIn, writeOf } from './cloud-stores.js';

const never = new AbortController().signal;
const canary = 'c4n4ry-of-a-value';
const absent = { kind: 'absent' } as const;

let gcp: TestSecretManager;
let store: GcpStore;
let nowMs: number;
let name: string;
let count = 0;

beforeAll(async () => {
  gcp = await startSecretManager();
});
afterAll(() => gcp?.stop());
beforeEach(() => {
  gcp.reset();
  nowMs = 0;
  count += 1;
  name = `k8s/pay/db-${count}`;
  store = gcpStoreOf(gcp, { nowMs: () => nowMs });
});

const read = () => store.read(name, never);
const write = (...args: Parameters<typeof writeOf>) => store.write(name, writeOf(...args), never);
const reasonOf = (work: Promise<unknown>) => reasonIn(work, canary);
const logins = () => gcp.sts.requests.length;

describe('a doubt is no absence', () => {
  const notFound = { error: { code: 404, status: 'UNIMPLEMENTED' } };
  it.each([
    ['a 404 of a proxy', 404, '<html>no such place</html>', 'TargetFailed'],
    ['a 404 of another service', 404, notFound, 'TargetFailed'],
    ['a redirect', 302, '', 'TargetFailed'],
    ['a server error', 500, { error: { status: 'NOT_FOUND' } }, 'TargetFailed'],
    ['a gateway without a store', 503, '', 'StoreBusy'],
    ['an answer that is no secret', 200, { name: 'other' }, 'TargetFailed'],
  ])('%s', async (_what, status, body, reason) => {
    gcp.store.faults.before = () => ({ status, body });
    expect(await reasonOf(read())).toBe(reason);
    expect(await reasonOf(write({ password: canary }, absent))).toBe(reason);
  });

  it('an enabled version that is not given out, such as without its key', async () => {
    await write({ password: 'first' }, absent);
    const body = { error: { code: 400, status: 'FAILED_PRECONDITION' } };
    gcp.store.faults.before = ({ path }) =>
      path.endsWith(':access') ? { status: 400, body } : undefined;
    expect(await reasonOf(read())).toBe('TargetFailed');
  });

  it('another project', async () => {
    expect(await reasonOf(gcpStoreOf(gcp, { project: 'other' }).read(name, never))).toBe(
      'StoreDenied',
    );
  });

  it.each(['access', 'get', 'update', 'add'] as const)('a missing right to %s', async (right) => {
    await write({ password: 'first' }, absent);
    gcp.secrets.patch(`k8s--pay--db-${count}`, {}, 'annotations');
    const seen = await presentIn(store, name);
    gcp.permissions.delete(right);
    const work = right === 'access' ? read() : write({ password: canary }, seen);
    expect(await reasonOf(work)).toBe('StoreDenied');
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

  it('is exchanged again after the store has refused the token', async () => {
    const before = logins();
    await read();
    gcp.store.faults.before = () => ({ status: 401, body: {} });
    expect(await reasonOf(read())).toBe('StoreDenied');
    gcp.reset();
    await read();
    expect(logins()).toBe(before + 2);
  });

  it('can be exchanged once more for that of a service account', async () => {
    const before = gcp.credentials.requests.length;
    const impersonating = gcpStoreOf(gcp, { impersonates: gcp.serviceAccount });
    expect(await impersonating.read(name, never)).toEqual(absent);
    await impersonating.read(name, never);
    expect(gcp.credentials.requests).toHaveLength(before + 1);
    gcp.credentials.faults.before = () => ({ status: 403, body: {} });
    const refused = gcpStoreOf(gcp, { impersonates: gcp.serviceAccount }).read(name, never);
    expect(await reasonOf(refused)).toBe('StoreDenied');
  });

  it.each([
    ['another audience', { audience: 'https://iam.googleapis.com' }],
    ['another subject', { subject: 'system:serviceaccount:shop:sync' }],
    ['a time that is over', { seconds: -30 }],
  ])('is refused with %s, and asked for again at the next call', async (_what, world) => {
    const before = logins();
    const wrong = gcpStoreOf(gcp, world);
    expect(await reasonOf(wrong.read(name, never))).toBe('StoreDenied');
    expect(await reasonOf(wrong.read(name, never))).toBe('StoreDenied');
    expect(logins()).toBe(before + 2);
  });
});

describe('the connection', () => {
  it('is refused before anything is sent, if the host is not allowed', async () => {
    const refused = gcpStoreOf(gcp, { allowed: 'store.test' }).read(name, never);
    expect(await reasonOf(refused)).toBe('HostNotAllowed');
  });

  it('is refused if another CA signed the certificate of the store or the STS', async () => {
    const { store: double, sts } = gcp;
    expect(await reasonOf(gcpStoreOf(gcp, { storeCa: sts.ca }).read(name, never))).toBe(
      'TlsFailed',
    );
    expect(await reasonOf(gcpStoreOf(gcp, { loginCa: double.ca }).read(name, never))).toBe(
      'TlsFailed',
    );
  });

  it('to a store that is throttled is a reason to wait as long as it says', async () => {
    const headers = { 'retry-after': '7' };
    gcp.store.faults.before = () => ({ status: 429, headers, body: {} });
    await expect(read()).rejects.toMatchObject({ reason: 'StoreBusy', retryAfterMs: 7_000 });
    gcp.reset();
    gcp.sts.faults.before = () => ({ status: 429, headers, body: {} });
    const login = gcpStoreOf(gcp).read(name, never);
    await expect(login).rejects.toMatchObject({ reason: 'StoreBusy', retryAfterMs: 7_000 });
  });
});
