import { beforeEach, describe, expect, it } from 'vitest';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { shareLimits } from '../../../../src/core/share-limits.js';
import { copyOf, CopyWorld } from './copy-world.js';

const first = copyOf();
const second = copyOf({ adopt: 'too' }, { name: 'second', uid: 'uid-of-second' });
const { uid } = first.imported.object;

let world: CopyWorld;

beforeEach(() => {
  world = new CopyWorld();
});

const texts = () => world.cluster.textsOf('pay-db');
const failing = (step: string, error: Error) => (now: string) => {
  if (now === step) throw error;
};

describe('the end of a copy', () => {
  it('deletes a Secret that the import created, and is on record for its author', async () => {
    await world.deliver({ password: 'first' });
    const secretUid = world.cluster.uidOf('pay-db');
    expect(await world.remove()).toBeUndefined();
    expect(texts()).toBeUndefined();
    expect(world.rows.facts.has(secretUid)).toBe(false);
    const event = { action: 'imports.withdraw', namespace: 'shop', keys: ['password'] };
    expect(world.events.at(-1)).toMatchObject({ ...event, onBehalfOf: 'alice' });
  });

  it('leaves keys of others, and Secrets that the import adopted', async () => {
    await world.deliver({ password: 'first' });
    world.cluster.edit('pay-db', { own: 'mine' });
    await world.remove();
    expect(texts()).toEqual({ own: 'mine' });
    world.cluster.drop('pay-db');
    world.cluster.edit('pay-db', {});
    await world.deliver({ password: 'first' }, second);
    await world.remove(second);
    expect(texts()).toEqual({});
  });

  it('leaves a key that another import has delivered as well', async () => {
    await world.deliver({ password: 'same' });
    expect(await world.deliver({ password: 'same' }, second)).toBe('written');
    await world.remove();
    expect(texts()).toEqual({ password: 'same' });
    expect(await world.deliver({ password: 'same' }, second)).toBe('unchanged');
    await world.remove(second);
    expect(texts()).toEqual({});
  });

  it('leaves a key that another client has changed', async () => {
    await world.deliver({ password: 'first', user: 'app' });
    world.cluster.edit('pay-db', { password: 'edited' });
    await world.remove();
    expect(texts()).toEqual({ password: 'edited' });
  });

  it('leaves a Secret that somebody else restored with the fields of the import', async () => {
    await world.deliver({ password: 'first' }, second);
    world.cluster.edit('pay-db', {}, { uid: 'restored' });
    expect(await world.deliver({ password: 'first' }, second)).toBe('written');
    expect(world.records.get('uid-of-second')).toMatchObject({ isCreated: false });
    await world.remove(second);
    expect(texts()).toEqual({});
  });

  it('is over for an import without a copy, and after the end', async () => {
    expect(await world.remove()).toBeUndefined();
    await world.deliver({ password: 'first' });
    await world.remove();
    const before = world.cluster.steps.length;
    expect(await world.remove()).toBeUndefined();
    expect(world.cluster.steps).toHaveLength(before);
  });

  it('can be followed by another copy of the same import', async () => {
    await world.deliver({ password: 'first' });
    await world.remove();
    expect(await world.deliver({ password: 'second' })).toBe('written');
    await world.remove();
    expect(texts()).toBeUndefined();
  });
});

describe('a removal that meets a change', () => {
  it('is decided again at a conflict, but not forever', async () => {
    await world.deliver({ password: 'first' });
    world.cluster.before = failing('delete', new SallyportError('Conflict', 'changed'));
    await expect(world.remove()).rejects.toMatchObject({ code: 'Unavailable' });
    const deletions = world.cluster.steps.filter((step) => step.startsWith('delete'));
    expect(deletions).toHaveLength(shareLimits.copyTriesMax);
    world.cluster.before = (step) => {
      if (step === 'delete') world.cluster.edit('pay-db', { own: 'mine' });
    };
    expect(await world.remove()).toBeUndefined();
    expect(texts()).toEqual({ own: 'mine' });
  });

  it('ends if somebody else deletes the Secret first', async () => {
    await world.deliver({ password: 'first' });
    world.cluster.before = (step) => {
      if (step === 'delete') world.cluster.drop('pay-db');
    };
    expect(await world.remove()).toBeUndefined();
    expect(world.records.get(uid)?.keys).toEqual([]);
  });

  it('is refused by an immutable Secret with keys of others, and possible later', async () => {
    await world.deliver({ password: 'first' });
    world.cluster.edit('pay-db', { own: 'mine' }, { immutable: true });
    expect(await world.remove()).toBe('TargetImmutable');
    expect(world.records.get(uid)?.keys).toEqual(['password']);
    world.cluster.drop('pay-db');
    expect(await world.remove()).toBeUndefined();
  });
});

describe('a removal that cannot be finished', () => {
  it.each(['get', 'delete'])('takes nothing away without an answer to %s', async (step) => {
    await world.deliver({ password: 'first' });
    world.cluster.before = failing(step, unavailable('the cluster is away'));
    await expect(world.remove()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(texts()).toEqual({ password: 'first' });
    world.cluster.before = () => undefined;
    expect(await world.remove()).toBeUndefined();
    expect(texts()).toBeUndefined();
  });

  it.each(['isLeader', 'isAuditDown'] as const)('takes nothing away: %s', async (member) => {
    await world.deliver({ password: 'first' });
    world[member] = member === 'isAuditDown';
    await expect(world.remove()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(texts()).toEqual({ password: 'first' });
    world[member] = member !== 'isAuditDown';
    expect(await world.remove()).toBeUndefined();
    expect(texts()).toBeUndefined();
  });

  it('is finished once the database can be used again', async () => {
    await world.deliver({ password: 'first' });
    const secretUid = world.cluster.uidOf('pay-db');
    world.rows.isDown = true;
    await expect(world.remove()).rejects.toMatchObject({ code: 'Unavailable' });
    world.rows.isDown = false;
    expect(await world.remove()).toBeUndefined();
    expect(world.rows.facts.has(secretUid)).toBe(false);
    expect(world.records.get(uid)?.keys).toEqual([]);
  });
});

describe('a copy that others change', () => {
  const repaired = copyOf({ repair: true });

  it('stays changed, deleted or replaced unless it is repaired', async () => {
    await world.deliver({ password: 'first' });
    world.cluster.edit('pay-db', { password: 'edited' });
    expect(await world.deliver({ password: 'first' })).toBe('Drifted');
    world.cluster.drop('pay-db');
    expect(await world.deliver({ password: 'first' })).toBe('TargetDeleted');
    world.cluster.edit('pay-db', { own: 'mine' });
    expect(await world.deliver({ password: 'first' }, repaired)).toBe('TargetExists');
    expect(texts()).toEqual({ own: 'mine' });
  });

  it('is repaired, and nothing stays recorded of a Secret that was deleted', async () => {
    await world.deliver({ password: 'first' });
    const before = world.cluster.uidOf('pay-db');
    world.cluster.edit('pay-db', { password: 'edited' });
    expect(await world.deliver({ password: 'first' }, repaired)).toBe('written');
    world.cluster.drop('pay-db');
    expect(await world.deliver({ password: 'first' }, repaired)).toBe('written');
    const after = world.cluster.uidOf('pay-db');
    expect([...world.rows.facts.keys()].toSorted()).toEqual([after, uid].toSorted());
    expect(before).not.toBe(after);
    expect(await world.remove()).toBeUndefined();
    expect(texts()).toBeUndefined();
  });
});
