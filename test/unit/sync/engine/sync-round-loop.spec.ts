import { beforeEach, describe, expect, it } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import { owner, SyncWorld, valuesOf } from './sync-world.js';

const other = { ...owner, syncUid: 'other' };
const [first, second] = ['bbbbbbbbbbbb', 'cccccccccccc'] as const;

let world: SyncWorld;

beforeEach(() => {
  world = new SyncWorld();
});

const mark = () => (world.store.state.kind === 'present' ? world.store.state.mark : undefined);

describe('a secret that a sync writes', () => {
  it('has a mark with the Secret, and with those whose values it may have', async () => {
    world.pulledOrigins = [second];
    world.setCluster({ a: '1' }, { ...other, origins: [first] });
    await world.round();
    expect(mark()).toEqual({ ...owner, origins: [world.origin, first, second] });
  });

  it('gets another mark when the values come from another Secret, and only then', async () => {
    world.setCluster({ a: '1' });
    await world.round();
    world.pulledOrigins = [second];
    expect(await world.round()).toMatchObject({ kind: 'done' });
    expect(mark()).toEqual({ ...owner, origins: [world.origin, second] });
    const { state } = world.store;
    await world.round();
    expect(world.store.state).toBe(state);
  });

  it('is not written if the values come by way of too many Secrets', async () => {
    const { markOriginsMax } = syncLimits;
    world.pulledOrigins = Array.from({ length: markOriginsMax }, (_, at) => `${at}`.repeat(12));
    world.setCluster({ a: '1' });
    expect(await world.round()).toMatchObject({ kind: 'held', reason: 'ChainTooLong' });
    expect(world.store.writes).toBe(0);
  });
});

describe('a Secret', () => {
  beforeEach(() => {
    world.setCluster({ a: '1' });
    world.store.put(valuesOf({ a: '2' }), { ...other, origins: [world.origin, first] });
  });

  it('gets no value back that other syncs have brought into the store', async () => {
    for (const direction of ['pull', 'both'] as const) {
      world.rules = { ...world.rules, direction, firstSync: 'merge', onConflict: 'preferStore' };
      const reason = direction === 'both' ? 'OwnedElsewhere' : 'Loop';
      expect(await world.round()).toMatchObject({ kind: 'held', reason });
    }
    const prefer = { prefer: 'store', keys: undefined } as const;
    world.rules = { ...world.rules, direction: 'pull', resolution: prefer };
    expect(await world.round()).toMatchObject({ kind: 'held', reason: 'Loop' });
    expect(world.texts).toEqual({ a: '1' });
  });

  it('gets values of the store from a sync that this one takes over', async () => {
    const { rules } = world;
    world.rules = { ...rules, direction: 'both', firstSync: 'pull', takeOverFrom: 'other' };
    expect(await world.round()).toMatchObject({ kind: 'done' });
    expect(world.texts).toEqual({ a: '2' });
  });

  it('remembers from which Secrets a pull has brought its values', async () => {
    world.origin = 'dddddddddddd';
    world.rules = { ...world.rules, direction: 'pull', firstSync: 'pull' };
    await world.round();
    expect(world.memory.kept.origins).toEqual(['aaaaaaaaaaaa', first]);
    world.store.put(valuesOf({ a: '3' }), undefined);
    await world.round();
    expect(world.memory.kept.origins).toEqual([]);
  });

  it('that another cluster gives its own values back is not pushed on', async () => {
    world.store.state = { kind: 'absent' };
    world.setCluster({ a: '1' }, { ...other, origins: [first, world.origin] });
    world.rules = { ...world.rules, direction: 'push' };
    expect(await world.round()).toMatchObject({ kind: 'held', reason: 'Loop' });
    expect(world.store.writes).toBe(0);
  });
});
