import { beforeEach, describe, expect, it } from 'vitest';
import { SyncWorld, valuesOf } from './sync-world.js';

let world: SyncWorld;

beforeEach(() => {
  world = new SyncWorld();
  world.keepsHistory = false;
  world.rules = { ...world.rules, firstSync: 'push' };
  world.setCluster({ a: 'cluster', b: 'same' });
  world.store.put(valuesOf({ a: 'store', b: 'same', c: 'store alone' }), undefined);
});

describe('values of a store without history', () => {
  it('are recorded before the store loses them', async () => {
    await world.round();
    expect(world.store.texts).toMatchObject({ a: 'cluster' });
    const storeTexts = { a: 'store', b: 'same', c: 'store alone' };
    const id = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(world.kept).toEqual([{ id, texts: { a: 'store' }, storeTexts }]);
  });

  it('are not recorded if they were on both sides: the history of the Secret has them', async () => {
    await world.round();
    world.setCluster({ a: 'cluster 2', b: 'same', c: 'store alone' });
    await world.round();
    expect(world.store.texts).toMatchObject({ a: 'cluster 2' });
    expect(world.kept).toHaveLength(1);
  });

  it('are not recorded if the store keeps them itself', async () => {
    world.keepsHistory = true;
    await world.round();
    expect([world.store.texts, world.kept]).toMatchObject([{ a: 'cluster' }, []]);
  });

  it('stay in the store if they cannot be recorded', async () => {
    world.beforeKept = () => {
      throw new Error('the database is full');
    };
    await expect(world.round()).rejects.toThrow('the database is full');
    expect(world.store.texts).toMatchObject({ a: 'store' });
  });

  it('are no intention of the sync if they cannot be recorded', async () => {
    world.beforeKept = () => {
      throw new Error('the database is full');
    };
    await world.round().catch(() => undefined);
    expect(world.memory.kept).toMatchObject({ intended: [], pending: undefined });
  });

  it('stay in the store if the Secret changes meanwhile', async () => {
    world.beforeKept = () => world.setCluster({ a: 'cluster 2', b: 'same' });
    expect(await world.round()).toEqual({ kind: 'disturbed' });
    expect([world.store.texts, world.kept]).toMatchObject([{ a: 'store' }, []]);
  });

  it('have one id, however often the store changes its version', async () => {
    world.store.before = () => world.store.put(valuesOf({ a: 'store', b: 'same' }), undefined);
    for (let count = 0; count < 10; count += 1) await world.round();
    expect(new Set(world.kept.map(({ id }) => id)).size).toBe(1);
  });

  it('have two ids if they are two, although a restored store has the same version', async () => {
    world.store.before = () => {
      world.store.before = () => undefined;
      world.store.versions.length = 0;
      world.store.put(valuesOf({ a: 'second', b: 'same' }), undefined);
      throw new Error('the answer is lost');
    };
    await world.round().catch(() => undefined);
    await world.round();
    expect(world.kept.map(({ texts }) => texts['a'])).toEqual(['store', 'second']);
    expect(new Set(world.kept.map(({ id }) => id)).size).toBe(2);
  });
});
