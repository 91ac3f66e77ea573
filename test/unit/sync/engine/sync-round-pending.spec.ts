import { beforeEach, describe, expect, it } from 'vitest';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';
import { owner, SyncWorld, valuesOf } from './sync-world.js';

let world: SyncWorld;

beforeEach(async () => {
  world = new SyncWorld();
  world.store.isConditional = false;
  world.setCluster({ a: '1' });
  await world.round();
  world.setCluster({ a: '2' });
});

const pending = () => world.memory.kept.pending;

describe('a write to a store without a condition', () => {
  it('is remembered before it begins, and forgotten after it', async () => {
    world.store.before = () =>
      expect(pending()).toEqual({
        expectedVersion: '1',
        idempotencyToken: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    await world.round();
    expect(pending()).toBeUndefined();
    await world.round();
    expect([world.store.texts, world.store.askedAbout]).toEqual([{ a: '2' }, []]);
  });

  it('whose answer is lost is asked about in the next look, which reports it once', async () => {
    world.store.after = () => {
      throw new RemoteFault('TargetTimeout', 'late');
    };
    await expect(world.round()).rejects.toThrow('late');
    const write = pending();
    world.store.after = () => undefined;
    world.store.found = ['theirs'];
    expect(await world.round()).toMatchObject({ kind: 'done' });
    expect([world.store.askedAbout, world.progress.overwritten]).toEqual([[write], ['theirs']]);
    await world.round();
    expect([world.store.askedAbout.length, world.progress.overwritten]).toEqual([1, []]);
  });

  it('is asked about also if the sync is held now', async () => {
    world.store.after = () => {
      throw new RemoteFault('TargetTimeout', 'late');
    };
    await expect(world.round()).rejects.toThrow('late');
    world.store.found = ['theirs'];
    world.store.put(valuesOf({ a: '3' }), { ...owner, syncUid: 'other' });
    expect(await world.round()).toMatchObject({ kind: 'held', reason: 'OwnedElsewhere' });
    expect(world.progress.overwritten).toEqual(['theirs']);
    expect(pending()).toBeUndefined();
  });

  it('is not forgotten while the store does not tell', async () => {
    world.store.after = () => {
      throw new RemoteFault('TargetTimeout', 'late');
    };
    await expect(world.round()).rejects.toThrow('late');
    world.store.overwrittenBy = () => Promise.reject(new RemoteFault('StoreBusy', 'busy'));
    await expect(world.round()).rejects.toThrow('busy');
    expect(pending()).toBeDefined();
  });

  it('is not asked about by a plan', async () => {
    world.memory.kept = {
      ...world.memory.kept,
      pending: { expectedVersion: '1', idempotencyToken: 'a' },
    };
    world.isDryRun = true;
    await world.round();
    expect(world.store.askedAbout).toEqual([]);
    expect(pending()).toBeDefined();
  });

  it.each([
    new RemoteFault('StoreDenied', 'no'),
    new RemoteFault('StoreRefused', 'no'),
    new RemoteFault('StoreChanged', 'no'),
  ])('that was not carried out is forgotten: $reason', async (fault) => {
    world.store.before = () => {
      throw fault;
    };
    await world.round().catch(() => undefined);
    expect(pending()).toBeUndefined();
  });

  it('that was disturbed after its values is asked about', async () => {
    world.store.after = () => {
      throw new RemoteFault('StoreChanged', 'no').afterWrite();
    };
    expect(await world.round()).toEqual({ kind: 'disturbed' });
    expect(pending()).toBeDefined();
  });
});

it('a write to a store with a condition is not remembered', async () => {
  world.store.isConditional = true;
  world.store.before = () => expect(pending()).toBeUndefined();
  await world.round();
  expect(world.store.texts).toEqual({ a: '2' });
});
