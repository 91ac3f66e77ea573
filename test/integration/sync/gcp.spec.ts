import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import { compileEgress } from '../../../src/platform/outbound/domain/egress-rules.js';
import { Egress } from '../../../src/platform/outbound/egress.js';
import { markText, type RemoteMark } from '../../../src/sync/domain/remote-mark.js';
import type { RemoteSecret, RemoteState } from '../../../src/sync/domain/remote-store.js';
import { GcpStore } from '../../../src/sync/stores/gcp/gcp-store.js';
import { TokenExchangeLogin } from '../../../src/sync/stores/gcp/token-exchange-login.js';
import { StoreTransport } from '../../../src/sync/stores/store-transport.js';
import { startSecretManager, type TestSecretManager } from '../../services/gcp-secret-manager.js';
import type { HttpsDouble } from '../../services/https-double.js';
import { scaled } from '../../support/scale.js';
import { expectDetectedWrites } from './detected-writes.js';

const never = new AbortController().signal;
const canary = 'c4n4ry-of-a-value';
const ours = { clusterUid: 'cluster-1', namespaceUid: 'ns-1', syncUid: 'sync-1' };
const theirs = { ...ours, syncUid: 'sync-2' };
const absent = { kind: 'absent' } as const;
const automatic = { replication: { automatic: {} } };
const disabled = { state: 'DISABLED', body: {}, isNumeric: false } as const;

let gcp: TestSecretManager;
let store: GcpStore;
let nowMs: number;
let name: string;
let flat: string;
let count = 0;

interface World {
  readonly audience?: string;
  readonly subject?: string;
  readonly seconds?: number;
  readonly allowed?: string;
  readonly storeCa?: string;
  readonly stsCa?: string;
  readonly impersonates?: string;
  readonly project?: string;
}

function transportTo({ url }: HttpsDouble, ca: string, allowed = '127.0.0.1') {
  const allow = [{ host: allowed, port: Number(url.port), addresses: ['127.0.0.0/8'] }];
  const egress = new Egress(compileEgress({ allow, deny: [] }, []));
  return new StoreTransport({
    ...{ url, ca },
    resolve: (to, signal) => egress.resolve(to.hostname, Number(to.port), undefined, signal),
  });
}

function storeOf(world: World = {}) {
  const { sts, cluster, provider, credentials } = gcp;
  const { audience = gcp.audience, subject, seconds, impersonates } = world;
  const claims = { audience, ...(subject && { subject }) };
  const through = transportTo(credentials, credentials.ca);
  const login = new TokenExchangeLogin({
    ...{ audience: provider, nowMs: () => nowMs },
    sts: transportTo(sts, world.stsCa ?? sts.ca),
    impersonation: impersonates
      ? { credentials: through, serviceAccount: impersonates }
      : undefined,
    identity: () => cluster.token(claims, seconds),
  });
  return new GcpStore({
    transport: transportTo(gcp.store, world.storeCa ?? gcp.store.ca, world.allowed),
    token: (signal) => login.token(signal),
    onDenied: () => login.drop(),
    ...{ project: world.project ?? gcp.project, location: undefined, replicas: [] },
  });
}

beforeAll(async () => {
  gcp = await startSecretManager();
});
afterAll(() => gcp?.stop());
beforeEach(() => {
  gcp.reset();
  nowMs = 0;
  count += 1;
  name = `k8s/pay/DB_${count}`;
  flat = `k8s--pay--DB_${count}`;
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
) => ({ values: valuesOf(texts), mark, expected, idempotencyToken: 'a'.repeat(64) });
const write = (...args: Parameters<typeof writeOf>) => store.write(name, writeOf(...args), never);
const read = () => store.read(name, never);
const logins = () => gcp.sts.requests.length;

/** Adds a version as somebody else does, to a secret that is there; returns what identifies it. */
function addedByOthers(texts: Readonly<Record<string, string>> | string): string {
  const text = typeof texts === 'string' ? texts : JSON.stringify(texts);
  const data = Buffer.from(text).toString('base64');
  gcp.secrets.addVersion(flat, { payload: { data } }, false);
  const { createTime } = Object(gcp.secrets.get(flat).body) as { readonly createTime: string };
  return `${gcp.secrets.payloads(flat).length}@${createTime}`;
}

function createdByOthers(texts: Readonly<Record<string, string>> | string, body = {}): string {
  gcp.secrets.create(flat, { ...automatic, ...body });
  return addedByOthers(texts);
}

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

describe('a secret of the project', () => {
  it('is absent, then has the values, the version and the mark that were written', async () => {
    expect(await read()).toEqual(absent);
    const { version, overwritten } = await write({ password: canary, 'a key': 'é"\n' }, absent);
    expect(overwritten).toEqual([]);
    expect(version).toMatch(/^1@20\d\d-/);
    const state = await present();
    expect(state).toMatchObject({ version, mark: ours });
    expect(textsOf(state)).toEqual({ password: canary, 'a key': 'é"\n' });
    await write({ password: 'second' }, state);
    expect(textsOf(await present())).toEqual({ password: 'second' });
  });

  it('is written in order by eight writers who saw the same state, with a report', async () => {
    await write({ password: 'first' }, absent);
    const state = await present();
    const all = Array.from({ length: 8 }, async (_, at) => write({ password: `${at}` }, state));
    const results = await Promise.allSettled(all);
    const done = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const numbers = new Set(done.flatMap(({ version, overwritten }) => [version, ...overwritten]));
    expect(numbers.size).toBe(gcp.secrets.payloads(flat).length - 1);
  });

  it('that others create meanwhile keeps its values, and gets no mark', async () => {
    createdByOthers({ password: 'theirs' });
    expect(await reasonOf(write({ password: canary }, absent))).toBe('StoreChanged');
    expect(await present()).toMatchObject({ mark: undefined });
    expect(textsOf(await present())).toEqual({ password: 'theirs' });
  });

  it('that has no mark gets one with its first values, and other annotations stay', async () => {
    createdByOthers({ password: 'theirs' }, { annotations: { team: 'payments' } });
    await write({ password: 'ours' }, await present());
    expect(await present()).toMatchObject({ mark: ours });
    expect(gcp.secrets.annotations(flat)).toMatchObject({ team: 'payments' });
  });

  it('that another owner marks meanwhile stays that of the other, without our values', async () => {
    createdByOthers({ password: 'unowned' });
    const seen = await present();
    gcp.store.faults.before = ({ method, path }) => {
      if (method !== 'PATCH' || !path.includes(flat)) return;
      const annotations = { 'sallyport-owner': markText(theirs) };
      gcp.secrets.patch(flat, { annotations }, 'annotations');
    };
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    gcp.reset();
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
    const claim = store.claim(name, { former: undefined, mark: ours }, never);
    expect(await reasonOf(claim)).toBe('StoreChanged');
    expect(await present()).toMatchObject({ mark: theirs });
    expect(gcp.secrets.payloads(flat)).toHaveLength(1);
  });

  it('that two owners claim at one time is that of one of them', async () => {
    createdByOthers({ password: 'unowned' });
    const claims = [ours, theirs].map(async (mark) =>
      reasonOf(store.claim(name, { former: undefined, mark }, never)),
    );
    const reasons = await Promise.all(claims);
    expect(reasons.filter((reason) => reason === 'StoreChanged')).toHaveLength(1);
  });

  it('that was deleted and created again is another one', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    gcp.secrets.delete(flat);
    createdByOthers({ password: 'theirs' });
    expect((await present()).version).not.toBe(seen.version);
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
    expect(gcp.secrets.payloads(flat)).toHaveLength(1);
  });

  it('that is replaced right before a write is not said to be written', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    gcp.store.faults.before = ({ path }) => {
      if (!path.endsWith(':addVersion')) return;
      gcp.secrets.delete(flat);
      createdByOthers({ password: 'theirs' });
    };
    await expect(write({ password: 'ours' }, seen)).rejects.toMatchObject({
      ...{ reason: 'StoreChanged', mayHaveChanged: true },
    });
  });

  it('whose value is text of others is not read, nor a key that is there twice', async () => {
    createdByOthers('');
    for (const text of ['', 'no JSON', '"text"', '[1]', '{"a":"1","a":"2"}', '{"a":{"b":"c"}}']) {
      addedByOthers(text);
      expect(await reasonOf(read())).toBe('NotReadable');
    }
    addedByOthers('{"port": 5432, "rate": 1.10}');
    expect(textsOf(await present())).toEqual({ port: '5432', rate: '1.10' });
  });

  it('takes no bytes that are not text, no long values and no name of the project', async () => {
    const bytes = new Map([['key', SecretValue.fromBytes(Buffer.from([0xff, 0xfe]))]]);
    const wanted = { ...writeOf({}, absent), values: bytes };
    expect(await reasonOf(store.write(name, wanted, never))).toBe('StoreRefused');
    const before = gcp.store.requests.length;
    const long = 'c'.repeat(64 * 1_024 - '{"key":""}'.length);
    expect(await reasonOf(write({ key: `${long}c` }, absent))).toBe('StoreRefused');
    for (const odd of ['k8s/pay/a--b', 'k8s/pay/a.b', 'k8s/pay/-a', 'k8s/../a']) {
      expect(await reasonOf(store.read(odd, never))).toBe('StoreRefused');
    }
    expect(gcp.store.requests).toHaveLength(before);
    expect(await read()).toEqual(absent);
    await write({ key: long }, absent);
    expect(textsOf(await present())).toEqual({ key: long });
  });

  it('is not read if its bytes are not those of the checksum', async () => {
    await write({ password: 'first' }, absent);
    const payload = { data: Buffer.from('{"password":"other"}').toString('base64') };
    const answer = { name: `projects/1/secrets/${flat}/versions/1` };
    gcp.store.faults.before = ({ path }) =>
      path.endsWith(':access')
        ? { status: 200, body: { ...answer, payload: { ...payload, dataCrc32c: '1' } } }
        : undefined;
    expect(await reasonOf(read())).toBe('TargetFailed');
  });
});

describe('a write', () => {
  it('is refused if somebody has written since', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    addedByOthers({ password: 'theirs' });
    expect(await reasonOf(write({ password: canary }, seen))).toBe('StoreChanged');
    expect(textsOf(await present())).toEqual({ password: 'theirs' });
  });

  it('reports each version that others wrote right before it', async () => {
    await write({ password: 'first' }, absent);
    const foreign: string[] = [];
    gcp.store.faults.before = ({ path }) => {
      if (!path.endsWith(':addVersion')) return;
      foreign.push(addedByOthers({ password: 'one' }), addedByOthers({ password: 'two' }));
    };
    const { version, overwritten } = await write({ password: 'ours' }, await present());
    expect(overwritten.toSorted()).toEqual(foreign);
    expect(await present()).toMatchObject({ version });
  });

  it('whose answer was lost is found by a repetition, with what it has overwritten', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    let foreign = '';
    gcp.store.faults.before = ({ path }) => {
      if (path.endsWith(':addVersion')) foreign = addedByOthers({ password: 'theirs' });
    };
    gcp.store.faults.loses = ({ path }) => path.endsWith(':addVersion');
    const lost = write({ password: 'ours' }, seen);
    await expect(lost).rejects.toMatchObject({ mayHaveChanged: true });
    gcp.reset();
    const again = await write({ password: 'ours' }, seen);
    expect(again).toEqual({ version: (await present()).version, overwritten: [foreign] });
    expect(gcp.secrets.payloads(flat)).toHaveLength(3);
  });

  it('that created the secret but no version is completed by a repetition', async () => {
    gcp.store.faults.before = ({ path }) =>
      path.endsWith(':addVersion') ? { status: 503, body: '' } : undefined;
    await expect(write({ password: 'ours' }, absent)).rejects.toMatchObject({
      ...{ reason: 'StoreBusy', mayHaveChanged: true },
    });
    gcp.reset();
    const empty = await read();
    expect(empty).toMatchObject({ kind: 'deleted', mark: ours });
    expect((await write({ password: 'ours' }, absent)).version).toMatch(/^1@/);
    expect(textsOf(await present())).toEqual({ password: 'ours' });
  });

  it('completes what it reads as a secret without a version', async () => {
    gcp.secrets.create(flat, { ...automatic, annotations: { 'sallyport-owner': markText(ours) } });
    const { version } = await write({ password: 'ours' }, await read());
    expect(await present()).toMatchObject({ version, mark: ours });
  });

  it('whose creation lost its answer is completed, and one of others is not', async () => {
    gcp.store.faults.loses = ({ method, path }) => method === 'POST' && path.endsWith('/secrets');
    await expect(write({ password: 'ours' }, absent)).rejects.toMatchObject({
      mayHaveChanged: true,
    });
    gcp.reset();
    const foreign = storeOf().write(name, writeOf({ password: canary }, absent, theirs), never);
    expect(await reasonOf(foreign)).toBe('StoreChanged');
    await write({ password: 'ours' }, absent);
    expect(textsOf(await present())).toEqual({ password: 'ours' });
  });
});

describe('a deletion', () => {
  it('disables the version, which can be enabled again, or be followed by another', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    await store.remove(name, seen, never);
    const deleted = await read();
    expect(deleted).toEqual({ kind: 'deleted', version: seen.version, mark: ours });
    gcp.secrets.setState(flat, '1', { ...disabled, state: 'ENABLED' });
    expect(textsOf(await present())).toEqual({ password: 'first' });
    expect(await reasonOf(write({ password: canary }, deleted))).toBe('StoreChanged');
    await store.remove(name, await present(), never);
    await write({ password: 'second' }, deleted);
    expect(textsOf(await present())).toEqual({ password: 'second' });
  });

  it('of the latest version hides none before it: latest is the last in any state', async () => {
    for (const state of ['DISABLED', 'DESTROYED'] as const) {
      await (state === 'DISABLED' ? write({ a: '1' }, absent) : undefined);
      addedByOthers({ a: '2' });
      const { version } = await present();
      gcp.secrets.setState(flat, 'latest', { ...disabled, state });
      expect(await read()).toEqual({ kind: 'deleted', version, mark: ours });
    }
  });

  it('leaves a version that somebody adds meanwhile', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    gcp.store.faults.before = ({ path }) => {
      if (path.endsWith(':disable')) addedByOthers({ password: 'late' });
    };
    await store.remove(name, seen, never);
    expect(textsOf(await present())).toEqual({ password: 'late' });
    gcp.reset();
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
  });
});

describe('random writes on both sides, with lost answers', () => {
  it('converge, then write nothing, and overwrite no version without a report', async () => {
    const { faults } = gcp.store;
    let adds = 0;
    let requests = 0;
    await expectDetectedWrites({
      ...{ store, name, owner: ours, turns: scaled(400, 60) },
      writtenByOthers: (texts) => addedByOthers(texts),
      seenByOthers: () =>
        JSON.parse(gcp.secrets.payloads(flat).at(-1)?.toString() ?? '{}') as Record<string, string>,
      interrupt: (others) => {
        faults.before = ({ path }) => {
          if (path.endsWith(':addVersion')) others?.();
        };
      },
      loseAnswers: (loses) => {
        faults.loses = ({ path }) => {
          const isAdd = path.endsWith(':addVersion');
          requests += 1;
          adds += isAdd ? 1 : 0;
          return loses && (isAdd ? adds % 4 === 0 : requests % 23 === 0);
        };
      },
    });
  }, 120_000);
});

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
    expect(await reasonOf(storeOf({ project: 'other' }).read(name, never))).toBe('StoreDenied');
  });

  it.each(['access', 'get', 'update', 'add'] as const)('a missing right to %s', async (right) => {
    createdByOthers({ password: 'theirs' });
    const seen = await present();
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
    const impersonating = storeOf({ impersonates: gcp.serviceAccount });
    expect(await impersonating.read(name, never)).toEqual(absent);
    await impersonating.read(name, never);
    expect(gcp.credentials.requests).toHaveLength(before + 1);
    gcp.credentials.faults.before = () => ({ status: 403, body: {} });
    const refused = storeOf({ impersonates: gcp.serviceAccount }).read(name, never);
    expect(await reasonOf(refused)).toBe('StoreDenied');
  });

  it.each([
    ['another audience', { audience: 'https://iam.googleapis.com' }],
    ['another subject', { subject: 'system:serviceaccount:shop:sync' }],
    ['a time that is over', { seconds: -30 }],
  ])('is refused with %s, and asked for again at the next call', async (_what, world) => {
    const before = logins();
    const wrong = storeOf(world);
    expect(await reasonOf(wrong.read(name, never))).toBe('StoreDenied');
    expect(await reasonOf(wrong.read(name, never))).toBe('StoreDenied');
    expect(logins()).toBe(before + 2);
  });
});

describe('the connection', () => {
  it('is refused before anything is sent, if the host is not allowed', async () => {
    const refused = storeOf({ allowed: 'store.test' }).read(name, never);
    expect(await reasonOf(refused)).toBe('HostNotAllowed');
  });

  it('is refused if another CA signed the certificate of the store or the STS', async () => {
    const { store: double, sts } = gcp;
    expect(await reasonOf(storeOf({ storeCa: sts.ca }).read(name, never))).toBe('TlsFailed');
    expect(await reasonOf(storeOf({ stsCa: double.ca }).read(name, never))).toBe('TlsFailed');
  });

  it('to a store that is throttled is a reason to wait as long as it says', async () => {
    const headers = { 'retry-after': '7' };
    gcp.store.faults.before = () => ({ status: 429, headers, body: {} });
    await expect(read()).rejects.toMatchObject({ reason: 'StoreBusy', retryAfterMs: 7_000 });
    gcp.reset();
    gcp.sts.faults.before = () => ({ status: 429, headers, body: {} });
    const login = storeOf().read(name, never);
    await expect(login).rejects.toMatchObject({ reason: 'StoreBusy', retryAfterMs: 7_000 });
  });
});
