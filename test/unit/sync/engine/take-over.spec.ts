import { beforeEach, describe, expect, it } from 'vitest';
import { owner, SyncWorld } from './sync-world.js';

let one: SyncWorld;
let other: SyncWorld;

beforeEach(async () => {
  one = new SyncWorld();
  other = new SyncWorld();
  other.store = one.store;
  other.owner = { ...owner, syncUid: 'other' };
  for (const world of [one, other]) world.setCluster({ a: '0' });
  await one.round();
});

const takeOver = (world: SyncWorld, takeOverFrom: string | undefined): void => {
  world.rules = { ...world.rules, takeOverFrom };
};
const held = { kind: 'held', reason: 'OwnedElsewhere' };

describe('a take-over', () => {
  it('happens once: two syncs that name each other do not take turns', async () => {
    takeOver(one, other.owner.syncUid);
    takeOver(other, owner.syncUid);
    for (let rounds = 0; rounds < 5; rounds += 1) {
      await other.round();
      await one.round();
    }
    expect(one.store.claims).toEqual([other.owner.syncUid, owner.syncUid]);
    expect(await other.round()).toMatchObject(held);
    expect(await one.round()).toMatchObject({ kind: 'done' });
  });

  it('happens again if the spec demands it again', async () => {
    takeOver(other, owner.syncUid);
    await other.round();
    takeOver(one, other.owner.syncUid);
    await one.round();
    expect(await other.round()).toMatchObject(held);
    takeOver(other, undefined);
    expect(await other.round()).toMatchObject(held);
    takeOver(other, owner.syncUid);
    expect(await other.round()).toMatchObject({ kind: 'done' });
    expect(one.store.claims).toHaveLength(3);
  });

  it('is repeated if the process has ended before it knew', async () => {
    takeOver(other, owner.syncUid);
    one.store.after = () => {
      throw new Error('the answer is lost');
    };
    await other.round().catch(() => undefined);
    one.store.after = () => undefined;
    expect(await other.round()).toMatchObject({ kind: 'done' });
    expect(other.memory.kept.tookOver).toBeUndefined();
  });
});
