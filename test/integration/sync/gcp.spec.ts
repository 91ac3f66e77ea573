import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import { markText } from '../../../src/sync/domain/remote-mark.js';
import type { GcpStore } from '../../../src/sync/stores/gcp/gcp-store.js';
import { startSecretManager, type TestSecretManager } from '../../services/gcp-secretmanager.js';
import { scaled } from '../../support/scale.js';
import { gcpStoreOf, owner, presentIn, reasonIn, textsOf, writeOf } from './cloud-stores.js';
import { expectDetectedWrites } from './detected-writes.js';

const never = new AbortController().signal;
const canary = 'c4n4ry-of-a-value';
const theirs = { ...owner, syncUid: 'sync-2' };
const absent = { kind: 'absent' } as const;
const automatic = { replication: { automatic: {} } };
const disabled = { state: 'DISABLED', body: {}, isNumeric: false } as const;

let gcp: TestSecretManager;
let store: GcpStore;
let name: string;
let flat: string;
let count = 0;

beforeAll(async () => {
  gcp = await startSecretManager();
});
afterAll(() => gcp?.stop());
beforeEach(() => {
  gcp.reset();
  count += 1;
  name = `k8s/pay/DB_${count}`;
  flat = `k8s--pay--DB_${count}`;
  store = gcpStoreOf(gcp);
});

const write = (...args: Parameters<typeof writeOf>) => store.write(name, writeOf(...args), never);
const read = () => store.read(name, never);

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

const present = () => presentIn(store, name);
const reasonOf = (work: Promise<unknown>) => reasonIn(work, canary);

describe('a secret of the project', () => {
  it('is absent, then has the values, the version and the mark that were written', async () => {
    expect(await read()).toEqual(absent);
    const { version, overwritten } = await write({ password: canary, 'a key': 'é"\n' }, absent);
    expect(overwritten).toEqual([]);
    expect(version).toMatch(/^1@20\d\d-/);
    const state = await present();
    expect(state).toMatchObject({ version, mark: owner });
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
    expect(await present()).toMatchObject({ mark: owner });
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
    const claim = store.claim(name, { former: undefined, mark: owner }, never);
    expect(await reasonOf(claim)).toBe('StoreChanged');
    expect(await present()).toMatchObject({ mark: theirs });
    expect(gcp.secrets.payloads(flat)).toHaveLength(1);
  });

  it('that two owners claim at one time is that of one of them', async () => {
    createdByOthers({ password: 'unowned' });
    const claims = [owner, theirs].map(async (mark) =>
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
    for (const text of ['', 'no JSON', '"text"', '[1]', '{"a":"1","a":"2"}']) {
      addedByOthers(text);
      expect(await reasonOf(read())).toBe('NotReadable');
    }
  });

  it('keeps the types of members', async () => {
    createdByOthers('{"port": 5432, "rate": 1.10}');
    const state = await present();
    expect(textsOf(state)).toEqual({ port: '5432', rate: '1.10' });
    await write({ port: '5433', rate: '1.10' }, state);
    expect(gcp.secrets.payloads(flat).at(-1)?.toString()).toBe('{"port":5433,"rate":1.10}');
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

  it('whose answer was lost is asked about later, with what it has overwritten', async () => {
    await write({ password: 'first' }, absent);
    const { version: expectedVersion } = await present();
    const pending = { expectedVersion, idempotencyToken: 'a'.repeat(64) };
    expect(await store.overwrittenBy(name, pending, never)).toEqual([]);
    const foreign = addedByOthers({ password: 'theirs' });
    expect(await store.overwrittenBy(name, pending, never)).toEqual([]);
    addedByOthers({ password: 'ours' });
    expect(await store.overwrittenBy(name, pending, never)).toEqual([foreign]);
    const other = { ...pending, expectedVersion: '1@2000-01-01T00:00:00Z' };
    expect(await store.overwrittenBy(name, other, never)).toEqual([]);
    expect(await store.overwrittenBy(`${name}-missing`, pending, never)).toEqual([]);
  });

  it('that created the secret but no version is completed by a repetition', async () => {
    gcp.store.faults.before = ({ path }) =>
      path.endsWith(':addVersion') ? { status: 503, body: '' } : undefined;
    await expect(write({ password: 'ours' }, absent)).rejects.toMatchObject({
      ...{ reason: 'StoreBusy', mayHaveChanged: true },
    });
    gcp.reset();
    const empty = await read();
    expect(empty).toMatchObject({ kind: 'deleted', mark: owner });
    expect((await write({ password: 'ours' }, absent)).version).toMatch(/^1@/);
    expect(textsOf(await present())).toEqual({ password: 'ours' });
  });

  it('completes what it reads as a secret without a version', async () => {
    gcp.secrets.create(flat, { ...automatic, annotations: { 'sallyport-owner': markText(owner) } });
    const { version } = await write({ password: 'ours' }, await read());
    expect(await present()).toMatchObject({ version, mark: owner });
  });

  it('whose creation lost its answer is completed, and one of others is not', async () => {
    gcp.store.faults.loses = ({ method, path }) => method === 'POST' && path.endsWith('/secrets');
    await expect(write({ password: 'ours' }, absent)).rejects.toMatchObject({
      mayHaveChanged: true,
    });
    gcp.reset();
    const foreign = gcpStoreOf(gcp).write(
      name,
      writeOf({ password: canary }, absent, theirs),
      never,
    );
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
    expect(deleted).toEqual({ kind: 'deleted', version: seen.version, mark: owner });
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
      expect(await read()).toEqual({ kind: 'deleted', version, mark: owner });
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
      ...{ store, name, owner: owner, turns: scaled(500, 60) },
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
  }, 600_000);
});
