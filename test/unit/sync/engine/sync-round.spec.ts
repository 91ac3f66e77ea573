import { beforeEach, describe, expect, it } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';
import { SyncedKeys } from '../../../../src/sync/domain/synced-keys.js';
import { scaled } from '../../../support/scale.js';
import { owner, SyncWorld, textsOf, valuesOf } from './sync-world.js';

let world: SyncWorld;

beforeEach(() => {
  world = new SyncWorld();
});

describe('a round', () => {
  it('writes a new secret with its mark, and then nothing for a thousand rounds', async () => {
    world.setCluster({ password: 'a', user: 'b' });
    expect(await world.round()).toMatchObject({ kind: 'done' });
    expect(world.store.texts).toEqual({ password: 'a', user: 'b' });
    expect(world.store.state).toMatchObject({ mark: owner });
    for (let count = 0; count < 1_000; count += 1) await world.round();
    expect([world.store.writes, world.clusterWrites]).toEqual([1, 0]);
  });

  it('brings changes of both sides together, key by key', async () => {
    world.setCluster({ a: '1', b: '1', own: '1' });
    await world.round();
    world.setCluster({ a: '2', b: '1', own: '1' });
    world.store.put(valuesOf({ a: '1', b: '3', own: '1', fresh: '4' }), owner);
    await world.round();
    expect(world.store.texts).toEqual({ a: '2', b: '3', own: '1', fresh: '4' });
    expect(world.texts).toEqual(world.store.texts);
  });

  it('marks a secret whose values it finds equal, and writes no version', async () => {
    world.setCluster({ a: '1' });
    world.store.put(valuesOf({ a: '1' }), undefined);
    await world.round();
    expect(world.store.state).toMatchObject({ mark: owner });
    expect(world.store.versions).toHaveLength(1);
  });

  it('writes nothing on either side while a conflict is held', async () => {
    world.setCluster({ a: '1', b: '1' });
    await world.round();
    world.setCluster({ a: '2', b: '2' });
    world.store.put(valuesOf({ a: '3', b: '1' }), owner);
    const result = await world.round();
    expect(result).toMatchObject({
      kind: 'done',
      keys: new Map([
        ['a', 'conflict'],
        ['b', 'push'],
      ]),
    });
    expect(world.store.texts).toEqual({ a: '3', b: '2' });
    expect(world.texts).toEqual({ a: '2', b: '2' });
    expect(await world.round()).toMatchObject({ kind: 'done' });
    expect([world.store.texts, world.texts]).toEqual([
      { a: '3', b: '2' },
      { a: '2', b: '2' },
    ]);
  });

  it('is repeated if a side was changed meanwhile, and loses neither change', async () => {
    world.setCluster({ a: '1', b: '1' });
    await world.round();
    world.setCluster({ a: '2', b: '1' });
    world.store.before = () => {
      world.store.before = () => undefined;
      world.store.put(valuesOf({ a: '1', b: '3' }), owner);
    };
    expect(await world.round()).toMatchObject({ kind: 'disturbed' });
    world.beforeClusterWrite = () => {
      world.beforeClusterWrite = () => undefined;
      world.setCluster({ a: '2', b: '1', c: '4' });
    };
    expect(await world.round()).toMatchObject({ kind: 'disturbed' });
    await world.round();
    expect(world.texts).toEqual({ a: '2', b: '3', c: '4' });
    expect(world.store.texts).toEqual(world.texts);
  });

  it('finds what it wrote before a crash, and writes it once', async () => {
    world.setCluster({ a: '1' });
    world.store.after = () => {
      throw new Error('the process ends');
    };
    await expect(world.round()).rejects.toThrow('the process ends');
    world.store.after = () => undefined;
    expect(await world.round()).toMatchObject({ kind: 'done' });
    expect([world.store.writes, world.store.texts]).toEqual([1, { a: '1' }]);
  });

  it('repeats a write with its token, and writes no other with the same token', async () => {
    world.setCluster({ a: '1' });
    world.store.after = () => {
      world.store.state = { kind: 'absent' };
      throw new Error('the answer is lost');
    };
    await expect(world.round()).rejects.toThrow('the answer is lost');
    world.store.after = () => undefined;
    await world.round();
    world.setCluster({ a: '2' });
    await world.round();
    const [first, again, other] = world.store.tokens;
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect([again === first, other === first]).toEqual([true, false]);
  });

  it('takes no more keys than a bound, on either side', async () => {
    const many = Array.from({ length: syncLimits.syncedKeysMax + 1 }, (_, at) => [`k${at}`, '1']);
    const held = { kind: 'held', reason: 'TooManyKeys' };
    world.setCluster(Object.fromEntries(many) as Record<string, string>);
    expect(await world.round()).toMatchObject(held);
    world.setCluster({ a: '1' });
    world.store.put(valuesOf(Object.fromEntries(many) as Record<string, string>), undefined);
    expect(await world.round()).toMatchObject(held);
    expect([world.store.writes, world.texts]).toEqual([0, { a: '1' }]);
  });

  it('touches no secret of another owner', async () => {
    world.setCluster({ a: '1' });
    world.store.put(valuesOf({ a: '2' }), { ...owner, syncUid: 'other' });
    expect(await world.round()).toMatchObject({ kind: 'held', reason: 'OwnedElsewhere' });
    expect([world.store.texts, world.texts]).toEqual([{ a: '2' }, { a: '1' }]);
  });
});

describe('a dry run', () => {
  beforeEach(() => {
    world.isDryRun = true;
  });

  it('plans, and writes neither a side nor the memory', async () => {
    world.setCluster({ a: '1', b: '1' });
    world.store.put(valuesOf({ b: '1', c: '1' }), undefined);
    expect(await world.round()).toMatchObject({
      kind: 'done',
      keys: new Map([
        ['a', 'push'],
        ['b', 'equal'],
        ['c', 'pull'],
      ]),
    });
    expect([world.store.writes, world.clusterWrites, world.memory.saves]).toEqual([0, 0, 0]);
    expect(world.store.state).toMatchObject({ mark: undefined });
    expect(world.texts).toEqual({ a: '1', b: '1' });
  });

  it('says that a sync is held', async () => {
    world.setCluster({ a: '1' });
    world.store.put(valuesOf({ a: '2' }), undefined);
    expect(await world.round()).toMatchObject({ kind: 'held', reason: 'FirstSync' });
  });
});

describe('a secret of another sync that is taken over', () => {
  const other = { ...owner, syncUid: 'other' };
  beforeEach(() => {
    world.rules = { ...world.rules, takeOverFrom: 'other' };
    world.setCluster({ a: '1' });
  });

  it('gets the mark without a new version if its values are equal', async () => {
    world.store.put(valuesOf({ a: '1' }), other);
    expect(await world.round()).toMatchObject({ kind: 'done' });
    expect([world.store.state, world.store.versions.length]).toMatchObject([{ mark: owner }, 1]);
  });

  it('gets the mark with the values', async () => {
    world.rules = { ...world.rules, firstSync: 'push' };
    world.store.put(valuesOf({ a: '2' }), other);
    await world.round();
    expect(world.store.state).toMatchObject({ mark: owner });
    expect(world.store.texts).toEqual({ a: '1' });
  });

  it('stays with its owner if it is pulled alone', async () => {
    world.rules = { ...world.rules, direction: 'pull', firstSync: 'pull' };
    world.store.put(valuesOf({ a: '2' }), other);
    await world.round();
    expect([world.texts, world.store.state]).toMatchObject([{ a: '2' }, { mark: other }]);
  });

  it('disturbs the round if a third sync claims it meanwhile', async () => {
    const third = { ...owner, syncUid: 'third' };
    world.store.put(valuesOf({ a: '1' }), other);
    world.store.claim = async () => {
      world.store.put(valuesOf({ a: '1' }), third);
      throw new RemoteFault('StoreChanged', 'the secret in the store was changed meanwhile');
    };
    expect(await world.round()).toEqual({ kind: 'disturbed' });
    expect(await world.round()).toMatchObject({ kind: 'held', reason: 'OwnedElsewhere' });
  });
});

it('a secret that others have marked after the values were written was written', async () => {
  world.setCluster({ a: '1' });
  world.store.after = () => {
    throw new RemoteFault('StoreChanged', 'changed meanwhile').afterWrite();
  };
  expect(await world.round()).toEqual({ kind: 'disturbed' });
  expect(world.progress.isWritten).toBe(true);
});

describe('a memory that another process has saved meanwhile', () => {
  beforeEach(() => {
    world.memory.isSavedElsewhere = true;
  });

  it('disturbs the round, and neither side is written by it', async () => {
    world.setCluster({ a: '1' });
    world.store.put(valuesOf({ b: '1' }), owner);
    expect(await world.round()).toEqual({ kind: 'disturbed' });
    expect([world.store.writes, world.clusterWrites]).toEqual([0, 0]);
  });

  it('disturbs a round that has only pulled as well', async () => {
    world.memory.isSavedElsewhere = false;
    world.setCluster({ a: '1' });
    await world.round();
    world.store.put(valuesOf({ a: '2' }), owner);
    world.memory.isSavedElsewhere = true;
    expect(await world.round()).toEqual({ kind: 'disturbed' });
    world.memory.isSavedElsewhere = false;
    expect(await world.round()).toMatchObject({ kind: 'done' });
    expect([world.texts, world.store.texts]).toEqual([{ a: '2' }, { a: '2' }]);
  });
});

describe('a sync of some keys under other names', () => {
  beforeEach(() => {
    world.keys = new SyncedKeys([{ name: 'password', remote: 'PASSWORD' }, { name: 'user' }]);
  });

  it('leaves all other members of the store as they are', async () => {
    world.setCluster({ password: 'a', user: 'b' });
    world.store.put(valuesOf({ PASSWORD: 'a', password: 'theirs', more: '1' }), undefined);
    await world.round();
    world.setCluster({ password: 'c', user: 'b' });
    await world.round();
    const others = { password: 'theirs', more: '1' };
    expect(world.store.texts).toEqual({ ...others, PASSWORD: 'c', user: 'b' });
    world.setCluster({ user: 'b' });
    const base = new Map([...(world.memory.kept.base ?? []), ['third', 'x'], ['fourth', 'y']]);
    world.memory.kept = { ...world.memory.kept, base };
    world.store.put(valuesOf({ ...others, PASSWORD: 'c', user: 'b' }), owner);
    await world.round();
    expect(world.store.texts).toMatchObject(others);
  });

  it('pulls a member into its key', async () => {
    world.store.put(valuesOf({ PASSWORD: 'a', password: 'theirs' }), undefined);
    await world.round();
    expect(world.texts).toEqual({ password: 'a' });
  });
});

describe('random writes on both sides, with crashes and lost answers', () => {
  const keys = ['a', 'b', 'c'];

  it('converge, and replace no value of the store that the cluster has not seen', async () => {
    let seed = 20261202;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    world.rules = { ...world.rules, onConflict: 'preferStore', firstSync: 'merge' };
    let isFailing = false;
    world.store.after = () => {
      if (isFailing && random(10) === 0) throw new Error('the answer is lost');
    };
    world.store.before = () => {
      if (isFailing && random(10) === 0) throw new Error('the process ends');
    };
    for (let count = 0; count < scaled(2_000); count += 1) {
      const key = keys[random(keys.length)] ?? 'a';
      const text = `value-${count}`;
      if (random(2) === 0) {
        world.setCluster({ ...(world.texts as Record<string, string>), [key]: text });
      } else {
        const texts = { ...(world.store.texts as Record<string, string>), [key]: text };
        world.store.put(valuesOf(texts), world.store.state.kind === 'present' ? owner : undefined);
      }
      isFailing = true;
      if (random(3) === 0) await world.round().catch(() => undefined);
      isFailing = false;
    }
    await world.round();
    await world.round();
    expect(world.texts).toEqual(world.store.texts);
    const { writes } = world.store;
    await world.round();
    expect(world.store.writes).toBe(writes);
    // A value of the store that a sync replaced was in the cluster, whose history has it.
    const known = new Set(world.clusterVersions.flatMap((one) => Object.values(textsOf(one))));
    expect(world.store.overwritten.length).toBeGreaterThan(0);
    expect(world.store.overwritten.filter((text) => !known.has(text))).toEqual([]);
  });
});
