import { beforeEach, describe, expect, it } from 'vitest';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import { AccountTokenFault } from '../../../../src/sync/domain/account-tokens.js';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';
import { StoreWaits } from '../../../../src/sync/engine/store-waits.js';
import { SyncRefused } from '../../../../src/sync/engine/sync-refused.js';
import { NAMESPACE_UID } from '../../shares/domain/sharing.builder.js';
import { aStore, aSync, openbao } from '../domain/sync.builder.js';
import { PassWorld } from './pass-world.js';
import { valuesOf } from './sync-world.js';

let world: PassWorld;

beforeEach(() => {
  world = new PassWorld();
  world.cluster.put('db', { password: 'own' });
});

const mine = { clusterUid: 'cluster', namespaceUid: NAMESPACE_UID, syncUid: 'uid-of-db-sync' };
const perKey = { name: 'db', format: 'perKey' };
const kubernetes = { url: 'https://other.example', auth: { token: { audience: 'other' } } };
const problem = (concerns: string, reason: string) => ({
  ...{ kind: 'problem', problem: { concerns, reason } },
});

describe('a look', () => {
  it('brings both sides to the same values, and says what it saw and wrote', async () => {
    world.store.put(valuesOf({ user: 'theirs' }), undefined);
    expect(await world.run()).toMatchObject({
      ...{ kind: 'done', isWritten: true },
      keys: new Map([
        ['password', 'push'],
        ['user', 'pull'],
      ]),
      seen: { clusterVersion: '12', storeVersion: '2' },
    });
    expect(world.store.texts).toEqual({ password: 'own', user: 'theirs' });
    expect(world.cluster.textsOf('db')).toEqual(world.store.texts);
    expect(world.store.state).toMatchObject({ mark: mine });
    expect(world.opened).toEqual(['pay/sync']);
    expect(await world.run()).toMatchObject({ kind: 'done', isWritten: false });
  });

  it('uses the cache, and reads the cluster itself if the cache was behind', async () => {
    world.put({ direction: 'pull' });
    world.store.put(valuesOf({ user: 'theirs' }), undefined);
    const { secrets } = world.cluster;
    world.cached = secrets.get('db');
    world.cluster.put('db', { password: 'newer' });
    expect(await world.run()).toMatchObject({ kind: 'done', isWritten: true });
    // The second one finds that the cache was behind.
    expect(world.consistencies).toEqual(['cached', 'strong', 'strong']);
    expect(world.cluster.textsOf('db')).toEqual({ password: 'newer', user: 'theirs' });
  });

  it('ends after some rounds if a side always changes', async () => {
    let count = 0;
    world.store.before = () => world.store.put(valuesOf({ other: String((count += 1)) }), mine);
    expect(await world.run()).toMatchObject(problem('InSync', 'Disturbed'));
    expect(world.store.reads).toBe(syncLimits.roundsMax);
    expect(world.consistencies).toEqual(['cached', 'strong', 'strong', 'strong']);
  });

  it('that only plans writes nothing', async () => {
    world.store.put(valuesOf({ user: 'theirs' }), undefined);
    const outcome = await world.run({ isDryRun: true });
    expect(outcome).toMatchObject({
      kind: 'done',
      keys: new Map([
        ['password', 'push'],
        ['user', 'pull'],
      ]),
    });
    expect([world.store.writes, world.cluster.writes, world.rows.saved]).toEqual([0, [], []]);
    expect(world.calls.events).toEqual([]);
  });

  it('lets a side win by the decision of a user', async () => {
    world.store.put(valuesOf({ password: 'theirs' }), undefined);
    expect(await world.run()).toMatchObject(problem('InSync', 'FirstSync'));
    const resolution = { prefer: 'store', keys: undefined } as const;
    expect(await world.run({ resolution })).toMatchObject({ kind: 'done' });
    expect(world.cluster.textsOf('db')).toEqual({ password: 'theirs' });
  });

  it('takes over the secret of a sync of its namespace that was deleted', async () => {
    world.store.put(valuesOf({ password: 'first' }), { ...mine, syncUid: 'deleted' });
    expect(await world.run()).toMatchObject(problem('InSync', 'FirstSync'));
    world.put({ firstSync: 'push' }, 2);
    expect(await world.run()).toMatchObject({ kind: 'done' });
    expect(world.store.state).toMatchObject({ mark: mine });
  });

  it('names the owner of a secret of another sync', async () => {
    const other = { ...mine, syncUid: 'other' };
    world.listed = () => [aSync({}, { name: 'other', uid: 'other' }).object];
    world.store.put(valuesOf({ password: 'theirs' }), other);
    expect(await world.run()).toMatchObject({
      ...problem('OwnedElsewhere', 'OwnedElsewhere'),
      ...{ owner: other, seen: { storeVersion: '1' }, isStoreKnown: true },
    });
    world.put({ remote: { name: 'db', takeOverFrom: 'other' }, firstSync: 'push' }, 2);
    expect(await world.run()).toMatchObject({ kind: 'done' });
    expect(world.store.state).toMatchObject({ mark: mine });
  });

  it('forgets the last common values with another place, and deletes nothing for that', async () => {
    world.cluster.put('db', { a: '1', b: '1', c: '1' });
    world.put({ onDelete: 'delete' });
    await world.run();
    world.store.put(valuesOf({ a: '1', b: '1', D: '2' }), mine);
    world.putStore({ openbao: { ...openbao, mount: 'other' } });
    await world.run();
    expect(world.cluster.textsOf('db')).toEqual({ a: '1', b: '1', c: '1', D: '2' });
    expect(world.store.texts).toEqual({ a: '1', b: '1', c: '1', D: '2' });
  });

  it('takes a renamed key for another place, and not for a deletion', async () => {
    const keys = (remote: string) => ({
      ...{ onDelete: 'delete' },
      keys: [{ name: 'a' }, { name: 'b' }, { name: 'c', remote }],
    });
    world.cluster.put('db', { a: '1', b: '1', c: '1' });
    world.put(keys('c'));
    await world.run();
    world.put(keys('C'), 2);
    await world.run();
    expect(world.cluster.textsOf('db')).toEqual({ a: '1', b: '1', c: '1' });
    expect(world.store.texts).toEqual({ a: '1', b: '1', c: '1', C: '1' });
  });
});

describe('nothing is sent', () => {
  it.each<[string, string, () => unknown]>([
    ['InSync', 'InvalidSpec', () => world.put({ direction: 'none' })],
    ['Authorized', 'StoreMissing', () => world.knownStores.remove(aStore().object)],
    ['Authorized', 'StoreInvalid', () => world.putStore({ poll: '1s' })],
    ['Authorized', 'StoreNotAllowed', () => world.putStore({ allow: [] })],
    [
      'Authorized',
      'StoreNotAllowed',
      () =>
        world.putStore({ allow: [{ namespaces: ['pay'], prefix: 'k/', directions: ['pull'] }] }),
    ],
    [
      'Authorized',
      'StoreNotAllowed',
      () => world.putStore({ allow: [{ namespaces: ['a'], prefix: 'k/', directions: ['push'] }] }),
    ],
    ['InSync', 'InvalidSpec', () => world.put({ remote: perKey })],
    [
      'InSync',
      'StoreRefused',
      () => {
        world.putStore({ openbao: undefined, kubernetes });
        world.put({ remote: perKey, keys: [{ name: 'password' }] });
      },
    ],
    [
      'Authorized',
      'AuthorForbidden',
      () => (world.authorProblem = { reason: 'AuthorForbidden', message: 'lost' }),
    ],
    ['Authorized', 'AuthorUnknown', () => (world.author = undefined)],
    ['Authorized', 'CopyOfShare', () => (world.mayLeave = false)],
    [
      'InSync',
      'ClusterCredential',
      () => world.cluster.put('db', {}, { type: 'kubernetes.io/service-account-token' }),
    ],
    [
      'StoreReachable',
      'CaMissing',
      () => {
        world.beforeOpen = () => {
          throw new SyncRefused({ concerns: 'StoreReachable', reason: 'CaMissing', message: '' });
        };
      },
    ],
    [
      'Authorized',
      'AccountMissing',
      () => {
        world.store.beforeRead = () => {
          throw new AccountTokenFault('AccountMissing', 'there is none');
        };
      },
    ],
  ])('for the reason %s %s', async (concerns, reason, change) => {
    change();
    expect(await world.run()).toMatchObject(problem(concerns, reason));
    expect([world.store.writes, world.cluster.writes, world.calls.events]).toEqual([0, [], []]);
  });

  it('of stores is told to an author without the right', async () => {
    world.authorProblem = { reason: 'AuthorForbidden', message: 'lost' };
    world.knownStores.remove(aStore().object);
    expect(await world.run()).toMatchObject(problem('Authorized', 'AuthorForbidden'));
    expect(world.store.reads).toBe(0);
  });

  it('of a credential of the cluster, whatever its type, and of no copy that may stay', async () => {
    world.mayLeave = false;
    world.put({ direction: 'pull' });
    world.store.put(valuesOf({ user: 'theirs' }), undefined);
    expect(await world.run()).toMatchObject({ kind: 'done', isWritten: true });
    expect(world.store.writes).toBe(0);
  });

  it('while the trail cannot be written', async () => {
    world.calls.isDown = true;
    await expect(world.run()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(world.store.writes).toBe(0);
  });

  it('after the lease is lost', async () => {
    world.isLeader = false;
    await expect(world.run()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(world.store.writes).toBe(0);
    world.put({ direction: 'pull' });
    world.store.put(valuesOf({ user: 'theirs' }), undefined);
    await expect(world.run()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(world.cluster.writes).toEqual([]);
  });

  it('while the database cannot be used', async () => {
    world.rows.isDown = true;
    await expect(world.run()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(world.store.writes).toBe(0);
  });
});

describe('of two syncs that pull one key', () => {
  it('the younger one waits, and the older one works', async () => {
    const older = aSync({ direction: 'pull' }, { name: 'older', uid: 'older', createdMs: -1 });
    world.knownSyncs.put(older.object, NAMESPACE_UID);
    expect(await world.run()).toMatchObject({
      problem: { reason: 'PulledElsewhere', message: expect.stringContaining('older') as string },
    });
    expect(world.store.reads).toBe(0);
    world.sync = older;
    world.store.put(valuesOf({ user: 'theirs' }), undefined);
    expect(await world.run()).toMatchObject({ kind: 'done' });
    world.knownSyncs.remove(older.object);
    world.put({ firstSync: 'merge' });
    expect(await world.run()).toMatchObject({ kind: 'done' });
  });
});

describe('a store that fails', () => {
  const failing = (reason: RemoteFault['reason'], retryAfterMs?: number): void => {
    world.store.beforeRead = () => {
      throw new RemoteFault(reason, 'fixed words', { retryAfterMs });
    };
  };

  it('gets no calls for a while after some failures in a row', async () => {
    failing('TargetFailed');
    for (let count = 1; count <= syncLimits.storeFailuresMax; count += 1) {
      expect(await world.run()).toMatchObject(problem('StoreReachable', 'TargetFailed'));
    }
    await expect(world.run()).rejects.toBeInstanceOf(StoreWaits);
    expect(world.store.reads).toBe(syncLimits.storeFailuresMax);
    expect(world.rounds.at(-1)).toBe('waited');
    world.clock.advance(syncLimits.storePauseMsMin);
    world.store.beforeRead = () => undefined;
    expect(await world.run()).toMatchObject({ kind: 'done' });
  });

  it('gets no calls for the time that it demands', async () => {
    failing('StoreBusy', 30_000);
    expect(await world.run()).toMatchObject(problem('StoreReachable', 'StoreBusy'));
    world.clock.advance(29_000);
    await expect(world.run()).rejects.toMatchObject({ waitMs: 1_000 });
    world.clock.advance(1_000);
    expect(await world.run()).toMatchObject(problem('StoreReachable', 'StoreBusy'));
    expect(world.store.reads).toBe(2);
  });

  it('is not left alone because it answers one sync with a refusal', async () => {
    failing('StoreDenied');
    for (let count = 0; count < 3 * syncLimits.storeFailuresMax; count += 1) {
      const outcome = await world.run();
      expect(outcome).toMatchObject({
        ...problem('Authorized', 'StoreDenied'),
        isStoreKnown: true,
      });
    }
    expect(world.rounds.every((one) => one === 'answered')).toBe(true);
  });

  it('of one sync is the store of all of them', async () => {
    failing('StoreBusy', 30_000);
    await world.run();
    world.sync = aSync({ secretName: 'other' }, { name: 'other', uid: 'other' });
    await expect(world.run()).rejects.toBeInstanceOf(StoreWaits);
  });

  it('is not to blame for a cluster that does not answer', async () => {
    world.store.beforeRead = () => {
      throw unavailable('the cluster does not answer');
    };
    for (let count = 0; count < 3 * syncLimits.storeFailuresMax; count += 1) {
      await expect(world.run()).rejects.toMatchObject({ code: 'Unavailable' });
    }
  });
});

describe('a secret of a living sync that the spec takes over', () => {
  it('is taken over once, also if a secret of a deleted sync was taken over since', async () => {
    world.put({ firstSync: 'push', remote: { name: 'db', takeOverFrom: 'living' } });
    const living = aSync({}, { name: 'living', uid: 'living' });
    world.listed = () => [world.sync.object, living.object];
    const put = (syncUid: string) =>
      world.store.put(valuesOf({ password: 'own' }), { ...mine, syncUid });
    put('living');
    expect(await world.run()).toMatchObject({ kind: 'done' });
    put('living');
    expect(await world.run()).toMatchObject(problem('OwnedElsewhere', 'OwnedElsewhere'));
    put('gone');
    expect(await world.run()).toMatchObject({ kind: 'done' });
    put('living');
    expect(await world.run()).toMatchObject(problem('OwnedElsewhere', 'OwnedElsewhere'));
  });
});
