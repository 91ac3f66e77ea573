import { beforeEach, describe, expect, it } from 'vitest';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';
import { SyncRefused } from '../../../../src/sync/engine/sync-refused.js';
import { owner, SyncWorld, valuesOf } from './sync-world.js';

let world: SyncWorld;

beforeEach(async () => {
  world = new SyncWorld();
  world.setCluster({ a: '0', b: '0', c: '0' });
  await world.round();
});

const round = () => world.round().catch(() => undefined);

/** Lets the process end after a side was written: nothing more is saved. */
function endsAfterWrite(): void {
  world.memory.savesLeft = 1;
}

/** Lets the next process begin. */
function begins(): void {
  world.memory.savesLeft = Infinity;
}

describe('a process that ends after it has written a side, before it saves', () => {
  it('leaves no conflict if the store changes again after a pull', async () => {
    world.store.put(valuesOf({ a: '1', b: '0', c: '0' }), owner);
    endsAfterWrite();
    await round();
    expect(world.texts).toMatchObject({ a: '1' });
    begins();
    world.store.put(valuesOf({ a: '2', b: '0', c: '0' }), owner);
    expect(await world.round()).toMatchObject({ kind: 'done' });
    expect(world.texts).toEqual({ a: '2', b: '0', c: '0' });
    expect(world.memory.kept.intended).toEqual([]);
  });

  it('leaves no conflict if the cluster changes again after a push', async () => {
    world.setCluster({ a: '1', b: '0', c: '0' });
    endsAfterWrite();
    await round();
    expect(world.store.texts).toMatchObject({ a: '1' });
    begins();
    world.setCluster({ a: '2', b: '0', c: '0' });
    expect(await world.round()).toMatchObject({ kind: 'done' });
    expect(world.store.texts).toEqual({ a: '2', b: '0', c: '0' });
    expect(world.memory.kept.intended).toEqual([]);
  });

  it('leaves a conflict if it has not written, and the other side changes too', async () => {
    world.store.put(valuesOf({ a: '1', b: '0', c: '0' }), owner);
    world.beforeClusterWrite = () => {
      throw new Error('the process has ended');
    };
    await round();
    world.beforeClusterWrite = () => undefined;
    world.setCluster({ a: '2', b: '0', c: '0' });
    const result = await world.round();
    expect(result.kind === 'done' && result.keys.get('a')).toBe('conflict');
    expect([world.texts, world.store.texts]).toMatchObject([{ a: '2' }, { a: '1' }]);
  });

  it('leaves the value of the cluster as it is if it has not written', async () => {
    world.store.put(valuesOf({ a: '1', b: '0', c: '0' }), owner);
    world.beforeClusterWrite = () => {
      throw new Error('the process has ended');
    };
    await round();
    world.beforeClusterWrite = () => undefined;
    world.store.put(valuesOf({ a: '2', b: '0', c: '0' }), owner);
    expect(await world.round()).toMatchObject({ kind: 'done' });
    expect(world.texts).toMatchObject({ a: '2' });
  });
});

it('another process that saved in between leaves no conflict either', async () => {
  world.store.put(valuesOf({ a: '1', b: '0', c: '0' }), owner);
  // The other process sees the next value of the store, and the Secret as it was.
  world.beforeClusterWrite = () => {
    world.beforeClusterWrite = () => undefined;
    const { kept } = world.memory;
    const next = { key: 'a', side: 'cluster', fingerprint: world.fingerprint('a', '2') } as const;
    world.memory.kept = { ...kept, intended: [...kept.intended, next] };
    world.store.put(valuesOf({ a: '2', b: '0', c: '0' }), owner);
    world.memory.isSavedElsewhere = true;
  };
  expect(await world.round()).toEqual({ kind: 'disturbed' });
  world.memory.isSavedElsewhere = false;
  expect(await world.round()).toMatchObject({ kind: 'done' });
  expect(world.texts).toMatchObject({ a: '2' });
});

describe('a write that a side has refused', () => {
  const refuse = () => {
    throw new RemoteFault('StoreDenied', 'the store refuses');
  };

  it('leaves a conflict if a user of the store writes the same value, and the cluster another', async () => {
    world.setCluster({ a: '1', b: '0', c: '0' });
    world.store.before = refuse;
    await round();
    world.store.before = () => undefined;
    world.setCluster({ a: '2', b: '0', c: '0' });
    world.store.put(valuesOf({ a: '1', b: '0', c: '0' }), owner);
    const result = await world.round();
    expect(result.kind === 'done' && result.keys.get('a')).toBe('conflict');
    expect(world.store.texts).toMatchObject({ a: '1' });
  });

  it('leaves a conflict if a user of the store deletes the key that it was to remove', async () => {
    world.rules = { ...world.rules, onDelete: 'delete' };
    world.setCluster({ b: '0', c: '0' });
    await round();
    world.nowMs += 20_000;
    world.store.before = refuse;
    await round();
    world.store.before = () => undefined;
    world.setCluster({ a: '2', b: '0', c: '0' });
    world.store.put(valuesOf({ b: '0', c: '0' }), owner);
    const result = await world.round();
    expect(result.kind === 'done' && result.keys.get('a')).toBe('conflict');
  });

  it('leaves a conflict if a user of the cluster writes the same value, and the store another', async () => {
    world.store.put(valuesOf({ a: '1', b: '0', c: '0' }), owner);
    world.beforeClusterWrite = () => {
      throw new SyncRefused({ concerns: 'InSync', reason: 'SecretRefused', message: 'no' });
    };
    await round();
    expect(world.memory.kept.intended).toEqual([]);
    world.beforeClusterWrite = () => undefined;
    world.setCluster({ a: '1', b: '0', c: '0' });
    world.store.put(valuesOf({ a: '2', b: '0', c: '0' }), owner);
    const result = await world.round();
    expect(result.kind === 'done' && result.keys.get('a')).toBe('conflict');
  });
});
