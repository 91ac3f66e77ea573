import { beforeEach, describe, expect, it } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';
import type { FoundMark } from '../../../../src/sync/domain/remote-mark.js';
import { NAMESPACE_UID } from '../../shares/domain/sharing.builder.js';
import { NamedStore } from '../stores/named-store.js';
import { aSync } from '../domain/sync.builder.js';
import { PassWorld } from './pass-world.js';

const mine = { clusterUid: 'cluster', namespaceUid: NAMESPACE_UID, syncUid: 'uid-of-db-sync' };
const remote = { name: 'db', format: 'perKey' };
const keysOf = (...names: readonly string[]) => names.map((name) => ({ name }));

let world: PassWorld;
let store: NamedStore;

beforeEach(() => {
  world = new PassWorld();
  store = new NamedStore();
  world.remote = store;
  sync();
});

let generation = 1;

function sync(change: Readonly<Record<string, unknown>> = {}): void {
  generation += 1;
  world.put({ remote, keys: keysOf('a', 'b', 'c'), ...change }, generation);
}

/** Writes a secret as somebody else does who leaves the mark, or with another one. */
const put = (key: string, value: string) => putMarked(key, value, mine);
const putMarked = (key: string, value: string, mark: FoundMark) =>
  store.put(`k8s/pay/db/${key}`, { value }, mark);
const stored = (texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [`k8s/pay/db/${key}`, text]));
const abc = { a: '1', b: '2', c: '3' };

/** Brings both sides to three equal keys. */
async function inSync(change: Readonly<Record<string, unknown>> = {}): Promise<void> {
  sync(change);
  world.cluster.put('db', abc);
  expect(await world.run()).toMatchObject({ kind: 'done', isWritten: true });
  expect(store.texts).toEqual(stored(abc));
}

describe('a look at a sync with a secret for each key', () => {
  it('pushes each key under its name, and then writes nothing', async () => {
    await inSync();
    expect([...store.states.values()]).toMatchObject([
      { mark: mine },
      { mark: mine },
      { mark: mine },
    ]);
    const calls = store.changes.length;
    expect(await world.run()).toMatchObject({ kind: 'done', isWritten: false });
    expect(store.changes).toHaveLength(calls);
  });

  it('brings changed keys of each side to the other', async () => {
    await inSync();
    world.cluster.put('db', { ...abc, a: 'pushed' });
    put('b', 'pulled');
    expect(await world.run()).toMatchObject({
      kind: 'done',
      keys: new Map([
        ['a', 'push'],
        ['b', 'pull'],
        ['c', 'equal'],
      ]),
    });
    expect(world.cluster.textsOf('db')).toEqual({ a: 'pushed', b: 'pulled', c: '3' });
    expect(store.texts).toEqual(stored({ a: 'pushed', b: 'pulled', c: '3' }));
    const events = world.calls.events.map(({ action, keys }) => [action, keys]);
    expect(events).toContainEqual(['syncs.push', ['a']]);
  });

  it('calls keys by their names on both sides', async () => {
    sync({ keys: [{ name: 'a', remote: 'USER' }] });
    world.cluster.put('db', { a: '1', other: 'stays' });
    await world.run();
    expect(store.texts).toEqual(stored({ USER: '1' }));
    put('USER', '2');
    await world.run();
    expect(world.cluster.textsOf('db')).toEqual({ a: '2', other: 'stays' });
  });

  it('holds a sync with the mark of another on one key, and names the owner', async () => {
    await inSync();
    const theirs = { ...mine, syncUid: 'other' };
    world.listed = () => [aSync({}, { name: 'other', uid: 'other' }).object];
    putMarked('b', '2', theirs);
    world.cluster.put('db', { ...abc, a: 'changed' });
    expect(await world.run()).toMatchObject({
      ...{ kind: 'problem', problem: { reason: 'OwnedElsewhere' }, owner: theirs },
    });
    expect(store.texts).toEqual(stored(abc));
    sync({ remote: { ...remote, takeOverFrom: 'other' } });
    expect(await world.run()).toMatchObject({ kind: 'done', isWritten: true });
    expect(store.stateOf('k8s/pay/db/b')).toMatchObject({ mark: mine });
  });

  it('replaces no value of nobody under a new key', async () => {
    await inSync();
    putMarked('d', 'of nobody', undefined);
    world.cluster.put('db', { ...abc, d: 'own' });
    sync({ keys: keysOf('a', 'b', 'c', 'd') });
    const outcome = await world.run();
    expect(outcome.kind === 'done' && outcome.keys.get('d')).toBe('conflict');
    expect(store.texts).toEqual(stored({ ...abc, d: 'of nobody' }));
  });

  it('marks an equal value of nobody under a new key, once', async () => {
    await inSync();
    putMarked('d', 'equal', undefined);
    world.cluster.put('db', { ...abc, d: 'equal' });
    sync({ keys: keysOf('a', 'b', 'c', 'd') });
    for (let look = 0; look < 2; look += 1) {
      expect(await world.run()).toMatchObject({ kind: 'done', isWritten: false });
    }
    expect(store.changes.slice(3)).toEqual(['claim k8s/pay/db/d']);
  });

  it('continues after a write that failed for one key', async () => {
    world.cluster.put('db', abc);
    store.before = ({ call, name }) => {
      if (call === 'write' && name.endsWith('/b')) {
        throw new RemoteFault('StoreDenied', 'the store refuses');
      }
    };
    expect(await world.run()).toMatchObject({
      kind: 'problem',
      problem: { reason: 'StoreDenied' },
    });
    expect(store.texts).toEqual(stored({ a: '1', c: '3' }));
    store.before = () => undefined;
    expect(await world.run({ isRequested: true })).toMatchObject({ kind: 'done' });
    expect(store.texts).toEqual(stored(abc));
    expect(store.changes.filter((one) => one === 'write k8s/pay/db/a')).toHaveLength(1);
  });

  it('repeats the round if one key was changed between its read and its write', async () => {
    await inSync({ onConflict: 'preferCluster' });
    world.cluster.put('db', { a: 'own', b: 'own', c: '3' });
    let isFirst = true;
    store.before = ({ call, name }) => {
      if (call !== 'write' || !isFirst || !name.endsWith('/a')) return;
      isFirst = false;
      put('a', 'theirs');
    };
    expect(await world.run()).toMatchObject({ kind: 'done', isWritten: true });
    expect(store.texts).toEqual(stored({ a: 'own', b: 'own', c: '3' }));
  });
});

describe('a deletion', () => {
  const confirmed = async () => {
    await world.run();
    world.clock.advance(syncLimits.deletionConfirmedMs);
    return world.run();
  };

  it('in the cluster deletes the secret of the key so that it can be restored', async () => {
    await inSync({ onDelete: 'delete' });
    world.cluster.put('db', { a: '1', b: '2' });
    expect(await confirmed()).toMatchObject({ kind: 'done', isWritten: true });
    expect(store.stateOf('k8s/pay/db/c')).toMatchObject({ kind: 'deleted' });
    expect(await world.run()).toMatchObject({ kind: 'done', isWritten: false });
    world.cluster.put('db', abc);
    expect(await world.run()).toMatchObject({ kind: 'done', isWritten: true });
    expect(store.texts).toEqual(stored(abc));
  });

  it('of the newest key in the store is no older state of the store', async () => {
    await inSync({ onDelete: 'delete' });
    put('c', '3');
    await world.run();
    store.states.set('k8s/pay/db/c', { kind: 'deleted', version: 'gone', mark: mine });
    expect(await confirmed()).toMatchObject({ kind: 'done', isWritten: true });
    expect(world.cluster.textsOf('db')).toEqual({ a: '1', b: '2' });
  });

  it('of the newest key from the spec is no older state of the store', async () => {
    await inSync();
    put('c', 'newest');
    await world.run();
    sync({ keys: keysOf('a', 'b') });
    expect(await world.run()).toMatchObject({ kind: 'done', isWritten: false });
    expect(store.texts).toEqual(stored({ a: '1', b: '2', c: 'newest' }));
  });

  it('of all keys in the store holds the sync', async () => {
    await inSync({ onDelete: 'delete' });
    store.states.clear();
    expect(await world.run()).toMatchObject({ problem: { reason: 'StoreGone' } });
    expect(world.cluster.textsOf('db')).toEqual(abc);
  });
});

it('each key is a call of the store that others wait for', async () => {
  const keys = Array.from({ length: syncLimits.keysMax }, (_, index) => ({ name: `key-${index}` }));
  sync({ keys });
  const looks = syncLimits.storeCallsAtOnceMax / keys.length;
  for (let look = 0; look < looks; look += 1) await world.run();
  await expect(world.run()).rejects.toThrow('too many calls');
});

it('a store that was restored to older secrets of all keys holds the sync', async () => {
  await inSync();
  const before = new Map(store.states);
  for (const key of ['a', 'b', 'c']) put(key, `newer ${key}`);
  await world.run();
  put('a', 'newest');
  await world.run();
  store.states.clear();
  for (const [name, state] of before) store.states.set(name, state);
  expect(await world.run()).toMatchObject({ problem: { reason: 'StoreOutdated' } });
});

it('another format is another place: nothing is deleted for that', async () => {
  await inSync({ onDelete: 'delete' });
  world.cluster.put('db', { a: '1' });
  world.remote = world.store;
  sync({ remote: { name: 'db' }, onDelete: 'delete' });
  expect(await world.run()).toMatchObject({ kind: 'done', isWritten: true });
  expect(world.store.texts).toEqual({ a: '1' });
  expect(store.texts).toEqual(stored(abc));
});

describe('secrets of two deleted syncs', () => {
  beforeEach(() => {
    world.cluster.put('db', abc);
    putMarked('a', '1', { ...mine, syncUid: 'gone-1' });
    putMarked('b', '2', { ...mine, syncUid: 'gone-2' });
    world.listed = () => [];
  });

  it('are taken over by one look', async () => {
    sync({ firstSync: 'push' });
    expect(await world.run()).toMatchObject({ kind: 'done' });
  });

  it('are taken over if the spec names one of them', async () => {
    sync({ firstSync: 'push', remote: { ...remote, takeOverFrom: 'gone-1' } });
    expect(await world.run()).toMatchObject({ kind: 'done' });
  });
});
