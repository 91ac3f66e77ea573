import { beforeEach, describe, expect, it } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import type { RemoteSecret } from '../../../../src/sync/domain/remote-store.js';
import { owner, SyncWorld, valuesOf } from './sync-world.js';

let world: SyncWorld;

beforeEach(() => {
  world = new SyncWorld();
});

describe('a cache that is behind the cluster', () => {
  it('takes no value of a pull back, neither from the store nor from the memory', async () => {
    world.setCluster({ a: '1' });
    await world.round();
    world.keepCached();
    // Another replica pulls a change of the store.
    world.store.put(valuesOf({ a: '2' }), owner);
    world.setCluster({ a: '2' });
    const base = new Map([['a', world.fingerprint('a', '2')]]);
    world.memory.kept = { ...world.memory.kept, base };
    expect(await world.round()).toEqual({ kind: 'disturbed' });
    expect([world.store.texts, world.store.writes]).toEqual([{ a: '2' }, 1]);
    world.cached = undefined;
    expect(await world.round()).toMatchObject({ kind: 'done' });
    expect([world.store.texts, world.texts]).toEqual([{ a: '2' }, { a: '2' }]);
  });

  it('changes no memory, although both sides look equal', async () => {
    world.setCluster({ a: '1' });
    world.keepCached();
    world.setCluster({ a: '2' });
    world.store.put(valuesOf({ a: '1' }), owner);
    expect(await world.round()).toEqual({ kind: 'disturbed' });
    expect(world.memory.saves).toBe(0);
  });
});

describe('a key that one side has lost', () => {
  const all = { a: '1', b: '1', c: '1' };
  const left = { a: '1', b: '1' };
  const { deletionConfirmedMs } = syncLimits;
  beforeEach(async () => {
    world.setCluster(all);
    await world.round();
  });

  it.each(['store', 'cluster'] as const)(
    'in the %s is deleted on the other side after two looks that are apart in time',
    async (side) => {
      if (side === 'store') world.store.put(valuesOf(left), owner);
      else world.setCluster(left);
      const kept = () => (side === 'store' ? world.texts : world.store.texts);
      for (const passedMs of [0, deletionConfirmedMs - 1]) {
        world.nowMs = 1_000_000 + passedMs;
        const result = await world.round();
        expect(result.kind === 'done' && result.keys.get('c')).toBe('unconfirmed');
        expect(kept()).toEqual(all);
      }
      world.nowMs = 1_000_000 + deletionConfirmedMs;
      await world.round();
      expect(kept()).toEqual(left);
      expect(world.memory.kept.lost.length).toBe(1);
      await world.round();
      expect(world.memory.kept.lost.length).toBe(0);
    },
  );

  it('is deleted by no process whose own looks are not apart in time', async () => {
    world.setCluster(left);
    await world.round();
    // A replica whose clock is five minutes ahead.
    world.observer = 'other';
    world.nowMs += 300_000;
    await world.round();
    expect(world.store.texts).toEqual(all);
    world.observer = 'one';
    world.nowMs = 1_000_000 + deletionConfirmedMs;
    await world.round();
    expect(world.store.texts).toEqual(left);
  });

  it('and that is back in time, is not deleted, and is lost anew later', async () => {
    world.setCluster(left);
    await world.round();
    world.setCluster(all);
    world.nowMs += deletionConfirmedMs;
    await world.round();
    world.setCluster(left);
    await world.round();
    expect(world.store.texts).toEqual(all);
  });

  it('is deleted at once if a user decides so', async () => {
    world.setCluster(left);
    world.rules = { ...world.rules, resolution: { prefer: 'cluster', keys: new Set(['c']) } };
    await world.round();
    expect(world.store.texts).toEqual(left);
  });
});

describe('a store that shows an older state', () => {
  beforeEach(async () => {
    world.setCluster({ a: '1' });
    await world.round();
    world.setCluster({ a: '2' });
    await world.round();
  });

  it('which a write of the sync has replaced, holds the sync', async () => {
    const [former = valuesOf({})] = world.store.versions;
    const now = world.store.state;
    world.store.state = { ...written('1'), values: former };
    expect(await world.round()).toMatchObject({ kind: 'held', reason: 'StoreOutdated' });
    expect(world.texts).toEqual({ a: '2' });
    world.store.state = now;
    expect(await world.round()).toMatchObject({ kind: 'done' });
  });

  it('of an earlier time than the state before, holds the sync until a user decides', async () => {
    world.store.state = { ...written('9'), changedAt: '2026-01-02T00:00:00Z' };
    await world.round();
    expect(world.texts).toEqual({ a: '3' });
    world.store.state = { ...written('8'), changedAt: '2026-01-01T00:00:00Z' };
    world.store.state = { ...world.store.state, values: valuesOf({ a: '4' }) };
    expect(await world.round()).toMatchObject({ kind: 'held', reason: 'StoreOutdated' });
    world.rules = { ...world.rules, resolution: { prefer: 'store', keys: undefined } };
    await world.round();
    expect(world.texts).toEqual({ a: '4' });
    world.rules = { ...world.rules, resolution: undefined };
    expect(await world.round()).toMatchObject({ kind: 'done' });
  });

  const written = (version: string): RemoteSecret => ({
    ...{ kind: 'present', version, values: valuesOf({ a: '3' }), mark: owner },
    changedAt: undefined,
  });
});
