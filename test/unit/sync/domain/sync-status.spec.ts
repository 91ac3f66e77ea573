import { describe, expect, it } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import type { KeyDecision } from '../../../../src/sync/domain/merge-keys.js';
import type { SyncOutcome, SyncProblem } from '../../../../src/sync/domain/sync-outcome.js';
import { stateOf, syncStatus } from '../../../../src/sync/domain/sync-status.js';

const nowMs = Date.parse('2026-01-02T03:04:05.678Z');
const object = { generation: 3, status: {} };
const seen = {
  ...{ clusterVersion: '41', clusterChangedAt: '2026-01-02T03:00:00Z' },
  ...{ storeVersion: '2@then', storeChangedAt: 'then' },
};

function done(keys: Readonly<Record<string, KeyDecision>>, isWritten = false): SyncOutcome {
  return { kind: 'done', keys: new Map(Object.entries(keys)), seen, isWritten, overwritten: [] };
}

function failed(problem: Partial<SyncProblem>, isStoreKnown = false): SyncOutcome {
  const whole = { concerns: 'InSync', reason: 'Word', message: 'text', ...problem } as const;
  return { kind: 'problem', problem: whole, isStoreKnown };
}

const conditions = (outcome: SyncOutcome) => {
  const { conditions: stated } = syncStatus(object, outcome, nowMs);
  const all = stated as readonly { readonly type: string; readonly status: string }[];
  return Object.fromEntries(all.map(({ type, status }) => [type, status]));
};
const good = {
  ...{ Ready: 'True', Authorized: 'True', StoreReachable: 'True', InSync: 'True' },
  ...{ Conflict: 'False', OwnedElsewhere: 'False' },
};
const bad = { ...good, Ready: 'False', InSync: 'False' };

describe('the status after a look', () => {
  it('names keys and versions, and no value', () => {
    const outcome = done({ c: 'retained', b: 'push', a: 'equal', d: 'pull', e: 'conflict' });
    expect(syncStatus(object, outcome, nowMs)).toMatchObject({
      ...{ observedGeneration: 3, state: 'Conflict', secretVersion: '41' },
      secretChangeTime: '2026-01-02T03:00:00Z',
      ...{ storeVersion: '2@then', storeChangeTime: 'then', owner: undefined },
      keys: [
        { name: 'a', state: 'InSync' },
        { name: 'b', state: 'InSync' },
        { name: 'c', state: 'Retained' },
        { name: 'd', state: 'InSync' },
        { name: 'e', state: 'Conflict' },
      ],
    });
  });

  it('names versions that were overwritten unseen, some of them, and keeps them', () => {
    const versions = Array.from({ length: 12 }, (_, index) => `v${index}`);
    const outcome = { ...done({}, true), overwritten: versions } as SyncOutcome;
    const { overwritten } = syncStatus(object, outcome, nowMs);
    expect(overwritten).toEqual({
      ...{ time: '2026-01-02T03:04:05.678Z', count: 12 },
      versions: versions.slice(0, syncLimits.statusOverwrittenMax),
    });
    const later = { ...object, status: { overwritten } };
    expect(syncStatus(later, done({}), nowMs + 1)).toMatchObject({ overwritten });
  });

  it('bounds what comes from the store: the cluster refuses a longer status', () => {
    const long = 'x'.repeat(1_000);
    const outcome: SyncOutcome = {
      ...{ kind: 'done', isWritten: false, overwritten: [] },
      seen: { clusterVersion: '1', storeVersion: long, storeChangedAt: long },
      keys: new Map<string, KeyDecision>([
        [long, 'pull'],
        ['short', 'unconfirmed'],
      ]),
    };
    const status = syncStatus(object, outcome, nowMs);
    expect(status['keys']).toEqual([{ name: 'short', state: 'Deleting' }]);
    expect([status['storeVersion'], status['storeChangeTime']]).toEqual([
      long.slice(0, syncLimits.statusVersionCharactersMax),
      long.slice(0, syncLimits.statusTimeCharactersMax),
    ]);
  });

  it.each<[string, SyncOutcome, Readonly<Record<string, string>>]>([
    ['InSync', done({ a: 'equal', b: 'retained' }), good],
    ['Conflict', done({ a: 'conflict' }), { ...bad, Conflict: 'True' }],
    ['Held', failed({}, true), bad],
    [
      'OwnedElsewhere',
      failed({ concerns: 'OwnedElsewhere' }, true),
      { ...bad, OwnedElsewhere: 'True' },
    ],
    ['Failed', failed({ concerns: 'StoreReachable' }), { ...bad, StoreReachable: 'False' }],
    [
      'Failed',
      failed({ concerns: 'Authorized' }),
      { ...bad, Authorized: 'False', StoreReachable: 'Unknown' },
    ],
    ['Failed', failed({ concerns: 'Authorized' }, true), { ...bad, Authorized: 'False' }],
  ])('says %s', (state, outcome, expected) => {
    expect(stateOf(outcome)).toBe(state);
    expect(syncStatus(object, outcome, nowMs)).toMatchObject({ state });
    expect(conditions(outcome)).toEqual(expected);
  });

  it('says in the condition what the problem is, and who must do what about a conflict', () => {
    const { conditions: stated } = syncStatus(
      object,
      done(Object.fromEntries(['g', 'f', 'e', 'd', 'c', 'b', 'a'].map((key) => [key, 'conflict']))),
      nowMs,
    );
    expect(stated).toMatchObject([
      {
        ...{ type: 'Ready', reason: 'Conflict' },
        message:
          'both sides, or the side that only receives, have changed a, b, c, d, e and 2 more: ' +
          'resolve the sync',
      },
      { type: 'Authorized', reason: 'Allowed', message: '' },
      { type: 'StoreReachable', reason: 'Answered' },
      { type: 'InSync', reason: 'Conflict' },
      { type: 'Conflict', reason: 'Conflict' },
      { type: 'OwnedElsewhere', reason: 'NotOwnedElsewhere' },
    ]);
  });

  it('names the owner of a secret of another sync, until that is over', () => {
    const owner = { clusterUid: 'c', namespaceUid: 'n', syncUid: 's' };
    const foreign = { ...failed({ concerns: 'OwnedElsewhere' }, true), owner };
    expect(syncStatus(object, foreign, nowMs)).toMatchObject({
      owner: { clusterUID: 'c', namespaceUID: 'n', syncUID: 's' },
    });
    const before = { ...object, status: { owner: { syncUID: 's' } } };
    expect(syncStatus(before, done({}), nowMs)['owner']).toBeUndefined();
  });

  it('keeps what was seen last while nothing is seen, and forgets what is gone', () => {
    const former = { secretVersion: '40', storeVersion: '1', storeChangeTime: 'once', keys: [] };
    const before = { ...object, status: former };
    expect(syncStatus(before, failed({}), nowMs)).toMatchObject(former);
    const absent = {
      clusterVersion: undefined,
      storeVersion: undefined,
      storeChangedAt: undefined,
    };
    const gone: SyncOutcome = { ...failed({}, true), seen: absent } as SyncOutcome;
    const after = syncStatus(before, gone, nowMs);
    expect([after['secretVersion'], after['storeVersion'], after['storeChangeTime']]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });

  it('has the time of the last write, and none before the first', () => {
    const now = '2026-01-02T03:04:05.678Z';
    expect(syncStatus(object, done({}), nowMs)['lastSyncTime']).toBeUndefined();
    expect(syncStatus(object, done({}, true), nowMs)).toMatchObject({ lastSyncTime: now });
    const before = { ...object, status: { lastSyncTime: 'once' } };
    expect(syncStatus(before, done({}), nowMs)).toMatchObject({ lastSyncTime: 'once' });
    expect(syncStatus(before, done({}, true), nowMs)).toMatchObject({ lastSyncTime: now });
    expect(syncStatus(object, failed({}), nowMs)['lastSyncTime']).toBeUndefined();
  });

  it('is the same after each look that finds the same', () => {
    const first = syncStatus(object, done({ a: 'equal' }), nowMs);
    const again = syncStatus({ ...object, status: first }, done({ a: 'equal' }), nowMs + 60_000);
    expect(again).toEqual(first);
  });

  it('names a bounded number of keys', () => {
    const keys = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`k${at}`, 'equal']));
    const { keys: named } = syncStatus(object, done(keys as Record<string, 'equal'>), nowMs);
    expect(named).toHaveLength(syncLimits.statusKeysMax);
  });
});
