import { beforeEach, describe, expect, it } from 'vitest';
import { OutboundFault } from '../../../../src/platform/outbound/domain/outbound-fault.js';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';
import type { RemoteMark } from '../../../../src/sync/domain/remote-mark.js';
import type { RemoteSecret, RemoteState } from '../../../../src/sync/domain/remote-store.js';
import { PerKeyStore } from '../../../../src/sync/stores/per-key-store.js';
import { textsOf, valuesOf } from '../engine/sync-world.js';
import { NamedStore, type StoreCall } from './named-store.js';

const never = new AbortController().signal;
const name = 'k8s/pay/db';
const owner = { clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' };
const theirs = { ...owner, syncUid: 'theirs' };
const idempotencyToken = 'a'.repeat(64);

let inner: NamedStore;
let store: PerKeyStore;

beforeEach(() => {
  inner = new NamedStore();
  store = storeOf(['a', 'b', 'c']);
});

function storeOf(keys: readonly string[], takeOverFrom?: string): PerKeyStore {
  return new PerKeyStore({ store: inner, keys, owner, takeOverFrom });
}

const read = () => store.read(name, never);
const put = (key: string, value: string, mark?: RemoteMark) =>
  inner.put(`${name}/${key}`, { value }, mark);

async function present(): Promise<RemoteSecret> {
  const state = await read();
  if (state.kind !== 'present') throw new Error(`the secret is ${state.kind}`);
  return state;
}

const write = (texts: Readonly<Record<string, string>>, expected: RemoteState, mark = owner) =>
  store.write(name, { values: valuesOf(texts), mark, expected, idempotencyToken }, never);

/** Fails calls of one kind for one key. */
function failing(call: StoreCall['call'], key: string, error: Error) {
  return (one: StoreCall) => {
    if (one.call === call && one.name === `${name}/${key}`) throw error;
  };
}

const denied = new RemoteFault('StoreDenied', 'the store refuses');

describe('a read', () => {
  it('asks for each key alone, at most four of them concurrently', async () => {
    const keys = Array.from({ length: 10 }, (_, index) => `key-${index}`);
    store = storeOf(keys);
    expect(await read()).toEqual({ kind: 'absent' });
    expect(inner.calls.map((one) => one.name)).toEqual(keys.map((key) => `${name}/${key}`));
    expect(inner.mostConcurrent).toBe(4);
  });

  it('has the values of the keys that are there', async () => {
    put('a', 'first', owner);
    put('c', '', owner);
    put('other', 'of nobody');
    expect(textsOf((await present()).values)).toEqual({ a: 'first', c: '' });
    expect(await present()).toMatchObject({ mark: owner, changedAt: '1970-01-01T00:00:02.000Z' });
  });

  it('fails if one key cannot be read: a doubt is no absence', async () => {
    put('a', 'first', owner);
    inner.before = failing('read', 'b', denied);
    await expect(read()).rejects.toMatchObject({ reason: 'StoreDenied' });
  });
});

describe('a write', () => {
  it('creates all keys, and has the version that the next read has', async () => {
    const { version, overwritten } = await write({ a: '1', b: '2', c: '3' }, await read());
    expect(overwritten).toEqual([]);
    expect(inner.texts).toEqual({ [`${name}/a`]: '1', [`${name}/b`]: '2', [`${name}/c`]: '3' });
    expect(await present()).toMatchObject({ version, mark: owner });
    expect(inner.mostConcurrent).toBe(3);
  });

  it('writes only what has changed, with a token for each key', async () => {
    await write({ a: '1', b: '2' }, { kind: 'absent' });
    const [first, second] = inner.calls.map(({ token }) => token);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(second).not.toBe(first);
    const { version } = await write({ a: '1', b: 'other', c: '3' }, await present());
    expect(inner.changes.slice(2)).toEqual([`write ${name}/b`, `write ${name}/c`]);
    expect(await present()).toMatchObject({ version });
    await write({ a: '1', b: 'other', c: '3' }, await present());
    expect(inner.changes).toHaveLength(4);
  });

  it('has the same tokens for a repetition', async () => {
    const absent = await read();
    inner.before = failing('write', 'a', new OutboundFault('TargetTimeout', 'no answer'));
    await expect(write({ a: '1' }, absent)).rejects.toMatchObject({ mayHaveChanged: true });
    inner.before = () => undefined;
    await write({ a: '1' }, absent);
    const tokens = inner.calls.flatMap(({ token }) => token ?? []);
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(1);
  });

  it('leaves other members of the secret of a key as they are', async () => {
    inner.put(`${name}/a`, { value: 'first', note: 'of others' }, owner);
    await write({ a: 'second' }, await present());
    const state = inner.stateOf(`${name}/a`);
    expect(state.kind === 'present' && textsOf(state.values)).toEqual({
      ...{ value: 'second', note: 'of others' },
    });
  });

  it('is refused without a change if one key was changed, as long as none is written', async () => {
    put('a', '1', owner);
    const seen = await present();
    put('a', 'theirs', owner);
    await expect(write({ a: '2' }, seen)).rejects.toMatchObject({
      ...{ reason: 'StoreChanged', mayHaveChanged: false },
    });
    expect(inner.texts).toEqual({ [`${name}/a`]: 'theirs' });
  });

  it('says so if it fails after another key was written, and goes on from there', async () => {
    put('b', '1', owner);
    const seen = await present();
    put('b', 'theirs', owner);
    await expect(write({ a: '2', b: '2', c: '2' }, seen)).rejects.toMatchObject({
      ...{ reason: 'StoreChanged', mayHaveChanged: true },
    });
    expect(textsOf((await present()).values)).toEqual({ a: '2', b: 'theirs', c: '2' });
    await write({ a: '2', b: '2', c: '2' }, await present());
    expect(inner.changes.at(-1)).toBe(`write ${name}/b`);
    expect(textsOf((await present()).values)).toEqual({ a: '2', b: '2', c: '2' });
  });

  it('names the key of each version that it has overwritten', async () => {
    inner.overwritten = ['7', '8'];
    const { overwritten } = await write({ a: '1', b: '2' }, await read());
    expect(overwritten).toEqual(['a/7', 'a/8', 'b/7', 'b/8']);
  });

  it('is refused for a state that was not read here, except for none', async () => {
    put('a', '1', owner);
    const copy = { ...(await present()) };
    await expect(write({ a: '2' }, copy)).rejects.toMatchObject({ reason: 'StoreChanged' });
    expect(inner.changes).toEqual([]);
  });

  it('restores a deleted key', async () => {
    await write({ a: '1', b: '2' }, await read());
    await write({ a: '1' }, await present());
    const { version } = await write({ a: '1', b: '3' }, await present());
    expect(textsOf((await present()).values)).toEqual({ a: '1', b: '3' });
    expect((await present()).version).toBe(version);
  });

  it('marks what it takes over, also the keys that stay', async () => {
    store = storeOf(['a', 'b', 'c'], 'theirs');
    put('a', '1', theirs);
    put('b', '2', theirs);
    put('c', '3');
    expect(await present()).toMatchObject({ mark: theirs });
    await write({ a: '1', b: 'other', c: '3' }, await present());
    expect(inner.changes.toSorted()).toEqual([
      ...[`claim ${name}/a`, `claim ${name}/c`, `write ${name}/b`],
    ]);
    expect(await present()).toMatchObject({ mark: owner });
  });
});

describe('a deletion of a key', () => {
  it('deletes its secret after all writes, so that it can be restored', async () => {
    await write({ a: '1', b: '2' }, await read());
    const seen = await present();
    const { version } = await write({ b: '3', c: '4' }, seen);
    expect(inner.changes.slice(2)).toEqual([
      ...[`write ${name}/b`, `write ${name}/c`, `remove ${name}/a`],
    ]);
    expect(inner.stateOf(`${name}/a`)).toMatchObject({ kind: 'deleted' });
    // The version of the deletion is not known.
    expect(version).toMatch(/^keys:unread:/);
    expect((await present()).version).not.toBe(seen.version);
  });

  it('that fails after a write says so', async () => {
    await write({ a: '1', b: '2' }, await read());
    inner.before = failing('remove', 'a', denied);
    await expect(write({ b: '3' }, await present())).rejects.toMatchObject({
      ...{ reason: 'StoreDenied', mayHaveChanged: true },
    });
    await expect(write({ b: '3' }, await present())).rejects.toMatchObject({
      ...{ reason: 'StoreDenied', mayHaveChanged: false },
    });
  });

  it('leaves what somebody has written meanwhile', async () => {
    await write({ a: '1', b: '2' }, await read());
    const seen = await present();
    put('a', 'theirs', owner);
    await expect(write({ b: '2' }, seen)).rejects.toMatchObject({ reason: 'StoreChanged' });
    expect(inner.texts).toMatchObject({ [`${name}/a`]: 'theirs' });
  });

  it('is refused before any write if the secret has another mark, or none', async () => {
    put('a', '1', owner);
    put('b', '2');
    const seen = await present();
    await expect(write({ a: 'other' }, seen)).rejects.toMatchObject({
      ...{ reason: 'StoreRefused', mayHaveChanged: false },
    });
    await expect(store.remove(name, seen, never)).rejects.toMatchObject({ reason: 'StoreRefused' });
    expect(inner.changes).toEqual([]);
  });

  it('of all keys leaves a state that can be restored', async () => {
    await write({ a: '1', b: '2' }, await read());
    await store.remove(name, await present(), never);
    expect(await read()).toMatchObject({ kind: 'deleted', mark: owner });
    expect(inner.texts).toEqual({});
  });
});

describe('the mark of another owner on one key', () => {
  it('is that of all keys, and keeps its secret from a claim', async () => {
    put('a', '1', owner);
    put('b', '2', theirs);
    expect(await present()).toMatchObject({ mark: theirs });
    const claim = store.claim(name, { former: owner, mark: owner }, never);
    await expect(claim).rejects.toMatchObject({ reason: 'StoreChanged' });
    expect(inner.changes).toEqual([]);
  });

  it('that comes before a write keeps its secret from that write', async () => {
    put('a', '1', owner);
    const seen = await present();
    put('a', '1', theirs);
    await expect(write({ a: '2' }, seen)).rejects.toMatchObject({ reason: 'StoreChanged' });
    expect(inner.stateOf(`${name}/a`)).toMatchObject({ mark: theirs });
  });
});

describe('a claim', () => {
  it('marks each secret that is there, and changes no value', async () => {
    put('a', '1');
    put('b', '2', owner);
    await store.claim(name, { former: undefined, mark: owner }, never);
    expect(inner.changes).toEqual([`claim ${name}/a`]);
    expect(await present()).toMatchObject({ mark: owner });
    expect(inner.texts).toEqual({ [`${name}/a`]: '1', [`${name}/b`]: '2' });
  });

  it('is refused if nothing is there, or another mark', async () => {
    for (const former of [undefined, theirs]) {
      const claim = store.claim(name, { former, mark: owner }, never);
      await expect(claim).rejects.toMatchObject({ reason: 'StoreChanged' });
      put('a', '1');
      put('b', '1');
    }
    expect(inner.changes).toEqual([]);
  });

  it('that fails for one key says whether others are marked', async () => {
    put('a', '1');
    put('b', '2');
    inner.before = failing('claim', 'b', denied);
    const claim = () => store.claim(name, { former: undefined, mark: owner }, never);
    await expect(claim()).rejects.toMatchObject({ reason: 'StoreDenied', mayHaveChanged: true });
    await expect(claim()).rejects.toMatchObject({ reason: 'StoreDenied', mayHaveChanged: false });
  });
});
