import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import { compileEgress } from '../../../src/platform/outbound/domain/egress-rules.js';
import { Egress } from '../../../src/platform/outbound/egress.js';
import type { RemoteMark } from '../../../src/sync/domain/remote-mark.js';
import type { RemoteSecret, RemoteState } from '../../../src/sync/domain/remote-store.js';
import { AzureStore } from '../../../src/sync/stores/azure/azure-store.js';
import { ClientAssertionLogin } from '../../../src/sync/stores/azure/client-assertion-login.js';
import { StoreTransport } from '../../../src/sync/stores/store-transport.js';
import { startKeyVault, type TestKeyVault } from '../../services/azure-key-vault.js';
import type { HttpsDouble } from '../../services/https-double.js';
import { scaled } from '../../support/scale.js';
import { expectDetectedWrites } from './detected-writes.js';

const never = new AbortController().signal;
const canary = 'c4n4ry-of-a-value';
const ours = { clusterUid: 'cluster-1', namespaceUid: 'ns-1', syncUid: 'sync-1' };
const theirs = { ...ours, syncUid: 'sync-2' };
const absent = { kind: 'absent' } as const;

let azure: TestKeyVault;
let store: AzureStore;
let nowMs: number;
let name: string;
let flat: string;
let count = 0;

interface World {
  readonly audience?: string;
  readonly subject?: string;
  readonly seconds?: number;
  readonly allowed?: string;
  readonly vaultCa?: string;
  readonly authorityCa?: string;
}

function transportTo({ url }: HttpsDouble, ca: string, allowed = '127.0.0.1') {
  const allow = [{ host: allowed, port: Number(url.port), addresses: ['127.0.0.0/8'] }];
  const egress = new Egress(compileEgress({ allow, deny: [] }, []));
  return new StoreTransport({
    ...{ url, ca },
    resolve: (to, signal) => egress.resolve(to.hostname, Number(to.port), undefined, signal),
  });
}

function storeOf({ audience, subject, seconds, allowed, vaultCa, authorityCa }: World = {}) {
  const { vault, authority, cluster, tenantId, clientId, scope } = azure;
  const claims = { audience: audience ?? azure.audience, ...(subject && { subject }) };
  const login = new ClientAssertionLogin({
    ...{ tenantId, clientId, scope, nowMs: () => nowMs },
    authority: transportTo(authority, authorityCa ?? authority.ca),
    identity: () => cluster.token(claims, seconds),
  });
  const token = (signal: AbortSignal) => login.token(signal);
  const transport = transportTo(vault, vaultCa ?? vault.ca, allowed);
  return new AzureStore({ transport, token, onDenied: () => login.drop() });
}

beforeAll(async () => {
  azure = await startKeyVault();
});
afterAll(() => azure?.stop());
beforeEach(() => {
  azure.reset();
  nowMs = 0;
  count += 1;
  name = `k8s/pay/db-${count}`;
  flat = `k8s--pay--db-${count}`;
  store = storeOf();
});

const valuesOf = (texts: Readonly<Record<string, string>>) =>
  new Map(
    Object.entries(texts).map(([key, one]) => [key, SecretValue.fromBytes(Buffer.from(one))]),
  );
const writeOf = (
  texts: Readonly<Record<string, string>>,
  expected: RemoteState,
  mark: RemoteMark = ours,
) => {
  const values = valuesOf(texts);
  const version = expected.kind === 'absent' ? '' : expected.version;
  const token = Buffer.from(`${JSON.stringify(texts)}${version}`).toString('hex');
  return { values, mark, expected, idempotencyToken: token.padEnd(64, '0').slice(-64) };
};
const write = (...args: Parameters<typeof writeOf>) => store.write(name, writeOf(...args), never);
const read = () => store.read(name, never);
const writtenByOthers = (texts: Readonly<Record<string, string>>, tags = {}) => {
  azure.secrets.put(flat, { value: JSON.stringify(texts), tags });
  return azure.secrets.versions(flat).at(-1)?.id ?? '';
};
const logins = () => azure.authority.requests.filter((one) => one.startsWith('POST')).length;

async function present() {
  const state = await read();
  if (state.kind !== 'present') throw new Error(`the secret is ${state.kind}`);
  return state;
}

function textsOf({ values }: Pick<RemoteSecret, 'values'>): Record<string, string> {
  return Object.fromEntries([...values].map(([key, value]) => [key, value.revealText() ?? '']));
}

/** The reason that some work fails for; no text of a failure has a value. */
async function reasonOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => 'none',
    (thrown: unknown) => thrown,
  );
  expect(String((error as Error).message)).not.toContain(canary);
  return (error as { readonly reason?: unknown }).reason;
}

describe('a secret of the vault', () => {
  it('is absent, then has the values, the version and the mark that were written', async () => {
    expect(await read()).toEqual(absent);
    const { version, overwritten } = await write({ password: canary, 'a key': 'é"\n' }, absent);
    expect(overwritten).toEqual([]);
    expect(version).toMatch(/^[0-9a-f]{32}$/);
    const state = await present();
    expect(state).toMatchObject({ version, mark: ours });
    expect(textsOf(state)).toEqual({ password: canary, 'a key': 'é"\n' });
    expect(Date.parse(state.changedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    await write({ password: 'second' }, state);
    expect(textsOf(await present())).toEqual({ password: 'second' });
    expect(azure.secrets.versions(flat)).toMatchObject([
      { contentType: 'application/json' },
      { contentType: 'application/json' },
    ]);
  });

  it('that others create meanwhile keeps its values, and gets no mark', async () => {
    writtenByOthers({ password: 'theirs' });
    expect(await reasonOf(write({ password: canary }, absent))).toBe('StoreChanged');
    expect(await present()).toMatchObject({ mark: undefined });
    expect(textsOf(await present())).toEqual({ password: 'theirs' });
  });

  it('that has no mark gets one with its first values, and other tags stay', async () => {
    writtenByOthers({ password: 'theirs' }, { team: 'payments' });
    await write({ password: 'ours' }, await present());
    expect(await present()).toMatchObject({ mark: ours });
    expect(azure.secrets.versions(flat).at(-1)?.tags).toMatchObject({ team: 'payments' });
  });

  it('keeps its mark when others add a version without tags', async () => {
    await write({ password: 'ours' }, absent);
    const version = writtenByOthers({ password: 'theirs' });
    expect(await present()).toMatchObject({ version, mark: ours });
    await write({ password: 'again' }, await present());
    expect(azure.secrets.versions(flat).at(-1)?.tags).toHaveProperty('sallyport-owner');
  });

  it('that another owner marks meanwhile stays that of the other', async () => {
    writtenByOthers({ password: 'unowned' });
    const seen = await present();
    await store.claim(name, { former: undefined, mark: theirs }, never);
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
    const claim = store.claim(name, { former: undefined, mark: ours }, never);
    expect(await reasonOf(claim)).toBe('StoreChanged');
    expect(await present()).toMatchObject({ mark: theirs });
    expect(textsOf(await present())).toEqual({ password: 'unowned' });
  });

  it('that gets another version during a claim is not claimed', async () => {
    writtenByOthers({ password: 'unowned' });
    azure.vault.faults.before = ({ method }) => {
      if (method === 'PATCH') writtenByOthers({ password: 'theirs' });
    };
    const claim = store.claim(name, { former: undefined, mark: ours }, never);
    expect(await reasonOf(claim)).toBe('StoreChanged');
  });

  it('whose value is text of others is not read, nor a key that is there twice', async () => {
    for (const value of ['no JSON', '"text"', '[1]', '{"a":"1","a":"2"}', '{"a":{"b":"c"}}']) {
      azure.secrets.put(flat, { value });
      expect(await reasonOf(read())).toBe('NotReadable');
    }
    azure.secrets.put(flat, { value: '{"port": 5432, "rate": 1.10}' });
    expect(textsOf(await present())).toEqual({ port: '5432', rate: '1.10' });
  });

  it('whose current version is disabled is not read, and the token stays', async () => {
    await write({ password: 'first' }, absent);
    azure.secrets.update(flat, undefined, { isEnabled: false });
    const before = logins();
    expect(await reasonOf(read())).toBe('NotReadable');
    expect(await reasonOf(read())).toBe('NotReadable');
    expect(logins()).toBe(before);
  });

  it('takes no bytes that are not text, no long values and no name of the vault', async () => {
    const bytes = new Map([['key', SecretValue.fromBytes(Buffer.from([0xff, 0xfe]))]]);
    const wanted = { ...writeOf({}, absent), values: bytes };
    expect(await reasonOf(store.write(name, wanted, never))).toBe('StoreRefused');
    const before = azure.vault.requests.length;
    const long = 'c'.repeat(25 * 1_024 - '{"key":""}'.length);
    expect(await reasonOf(write({ key: `${long}c` }, absent))).toBe('StoreRefused');
    for (const odd of ['k8s/pay/DB', 'k8s/pay/a--b', 'k8s/pay/a.b', 'k8s/pay/-a']) {
      expect(await reasonOf(store.read(odd, never))).toBe('StoreRefused');
    }
    expect(azure.vault.requests).toHaveLength(before);
    expect(await read()).toEqual(absent);
    await write({ key: long }, absent);
    expect(textsOf(await present())).toEqual({ key: long });
  });
});

describe('a write', () => {
  it('is refused if somebody has written since', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    writtenByOthers({ password: 'theirs' });
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    expect(textsOf(await present())).toEqual({ password: 'theirs' });
  });

  it('reports each version that others wrote right before it, and not those after it', async () => {
    await write({ password: 'first' }, absent);
    const foreign: string[] = [];
    azure.vault.faults.before = ({ method }) => {
      if (method !== 'PUT') return;
      foreign.push(writtenByOthers({ password: 'one' }), writtenByOthers({ password: 'two' }));
    };
    const { overwritten } = await write({ password: 'ours' }, await present());
    expect(overwritten.toSorted()).toEqual(foreign.toSorted());
    azure.vault.faults.before = ({ method, path }) => {
      const isListAfter = method === 'GET' && path.endsWith('/versions');
      if (isListAfter && textIn(flat).includes('last')) writtenByOthers({ password: 'later' });
    };
    expect(await write({ password: 'last' }, await present())).toMatchObject({ overwritten: [] });
    expect(textsOf(await present())).toEqual({ password: 'later' });
  });

  it('whose answer was lost is found by a repetition, with what it has overwritten', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    let foreign = '';
    azure.vault.faults.before = ({ method }) => {
      if (method === 'PUT') foreign = writtenByOthers({ password: 'theirs' });
    };
    azure.vault.faults.loses = ({ method }) => method === 'PUT';
    const wanted = writeOf({ password: 'ours' }, seen);
    const lost = store.write(name, wanted, never);
    await expect(lost).rejects.toMatchObject({ mayHaveChanged: true });
    azure.reset();
    const versions = azure.secrets.versions(flat).length;
    const again = await store.write(name, wanted, never);
    expect(again.overwritten).toEqual([foreign]);
    expect(again).toMatchObject({ version: (await present()).version });
    expect(azure.secrets.versions(flat)).toHaveLength(versions);
  });

  it('that fails after its values are there may have changed something', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    let lists = 0;
    azure.vault.faults.before = ({ path }) => {
      lists += path.endsWith('/versions') ? 1 : 0;
      return lists === 2 ? { status: 403, body: { error: { code: 'Forbidden' } } } : undefined;
    };
    await expect(write({ password: 'ours' }, seen)).rejects.toMatchObject({
      ...{ reason: 'StoreDenied', mayHaveChanged: true },
    });
  });

  it('lists all pages of versions, by the host of the store alone', async () => {
    for (let version = 0; version < 60; version += 1) writtenByOthers({ password: `${version}` });
    const before = azure.vault.requests.length;
    const { overwritten } = await write({ password: 'ours' }, await present());
    expect(overwritten).toEqual([]);
    const lists = azure.vault.requests.slice(before).filter((one) => one.endsWith('/versions'));
    expect(lists.length).toBeGreaterThanOrEqual(6);
  });
});

function textIn(of: string): string {
  return azure.secrets.versions(of).at(-1)?.value ?? '';
}

describe('a deletion', () => {
  it('can be undone, and is undone by the next write of its owner', async () => {
    azure.secrets.transitionRequests = 1;
    await write({ password: 'first' }, absent);
    const seen = await present();
    await store.remove(name, seen, never);
    const deleted = await read();
    expect(deleted).toEqual({ kind: 'deleted', version: seen.version, mark: ours });
    const { overwritten } = await write({ password: 'second' }, deleted);
    expect(overwritten).toEqual([]);
    expect(textsOf(await present())).toEqual({ password: 'second' });
    expect(azure.secrets.versions(flat)).toHaveLength(2);
    expect(azure.secrets.purges).toBe(0);
  });

  it('of a secret of others is never undone', async () => {
    for (const tags of [{}, { 'sallyport-owner': 'v1/cluster-1/ns-1/sync-2' }]) {
      writtenByOthers({ password: 'theirs' }, tags);
      azure.secrets.delete(flat);
      const deleted = await read();
      expect(await reasonOf(write({ password: canary }, deleted))).toBe('StoreRefused');
      expect(await reasonOf(write({ password: canary }, absent))).toBe('StoreChanged');
      expect(await read()).toEqual(deleted);
      azure.secrets.purge(flat);
    }
  });

  it('is not begun if somebody has written meanwhile, and is undone if it was too late', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    azure.vault.faults.before = ({ method }) => {
      if (method === 'DELETE') writtenByOthers({ password: 'late' });
    };
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
    expect(textsOf(await present())).toEqual({ password: 'late' });
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
    expect(textsOf(await present())).toEqual({ password: 'late' });
  });

  it('is not begun in a vault that cannot restore', async () => {
    azure.secrets.recoveryLevel = 'Purgeable';
    await write({ password: 'first' }, absent);
    expect(await reasonOf(store.remove(name, await present(), never))).toBe('StoreRefused');
    expect(textsOf(await present())).toEqual({ password: 'first' });
  });

  it('or a recovery that has not ended is a reason to wait', async () => {
    await write({ password: 'first' }, absent);
    azure.secrets.transitionRequests = 100;
    azure.secrets.delete(flat);
    expect(await reasonOf(write({ password: 'second' }, absent))).toBe('StoreBusy');
  });
});

describe('random writes on both sides, with lost answers', () => {
  it('converge, then write nothing, and overwrite no version without a report', async () => {
    const { faults } = azure.vault;
    let puts = 0;
    let requests = 0;
    let versions = 0;
    // Some versions have one second, as they can have in a vault.
    azure.secrets.nowSeconds = () => Math.floor(1_700_000_000 + (versions += 1) / 3);
    await expectDetectedWrites({
      ...{ store, name, owner: ours, turns: scaled(150, 40) },
      writtenByOthers: (texts) => writtenByOthers(texts),
      seenByOthers: () => JSON.parse(textIn(flat) || '{}') as Record<string, string>,
      interrupt: (others) => {
        faults.before = ({ method }) => {
          if (method === 'PUT') others?.();
        };
      },
      loseAnswers: (loses) => {
        faults.loses = ({ method }) => {
          requests += 1;
          puts += method === 'PUT' ? 1 : 0;
          return loses && (method === 'PUT' ? puts % 4 === 0 : requests % 23 === 0);
        };
      },
    });
  }, 120_000);
});

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
    const seen = await present();
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
    const wrong = storeOf(world);
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
    const refused = storeOf({ allowed: 'store.test' }).read(name, never);
    expect(await reasonOf(refused)).toBe('HostNotAllowed');
  });

  it('is refused if another CA signed the certificate of the vault or the authority', async () => {
    const { vault, authority } = azure;
    const wrongVault = storeOf({ vaultCa: authority.ca }).read(name, never);
    expect(await reasonOf(wrongVault)).toBe('TlsFailed');
    const wrongAuthority = storeOf({ authorityCa: vault.ca }).read(name, never);
    expect(await reasonOf(wrongAuthority)).toBe('TlsFailed');
  });

  it('to a vault that is throttled is a reason to wait as long as it says', async () => {
    const headers = { 'retry-after': '7' };
    azure.vault.faults.before = () => ({ status: 429, headers, body: {} });
    await expect(read()).rejects.toMatchObject({ reason: 'StoreBusy', retryAfterMs: 7_000 });
    azure.reset();
    azure.authority.faults.before = () => ({ status: 429, headers, body: {} });
    const login = storeOf().read(name, never);
    await expect(login).rejects.toMatchObject({ reason: 'StoreBusy', retryAfterMs: 7_000 });
  });
});
