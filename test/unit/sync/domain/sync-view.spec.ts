import { describe, expect, it } from 'vitest';
import type { KeyDecision } from '../../../../src/sync/domain/merge-keys.js';
import type { SyncOutcome } from '../../../../src/sync/domain/sync-outcome.js';
import { syncStatus } from '../../../../src/sync/domain/sync-status.js';
import { runViewOf, storeViewOf, syncViewOf } from '../../../../src/sync/domain/sync-view.js';
import { aStore, aSync } from './sync.builder.js';

const seen = {
  ...{ clusterVersion: '41', clusterChangedAt: '2026-01-02T03:00:00Z' },
  ...{ storeVersion: '2@then', storeChangedAt: 'then' },
};
const done: SyncOutcome = {
  ...{ kind: 'done', seen, isWritten: true, overwritten: ['1@once'] },
  keys: new Map<string, KeyDecision>([
    ['b', 'push'],
    ['a', 'equal'],
    ['c', 'pull'],
    ['d', 'retained'],
    ['e', 'conflict'],
  ]),
};
const owner = { clusterUid: 'c', namespaceUid: 'n', syncUid: 's' };
const held: SyncOutcome = {
  ...{ kind: 'problem', isStoreKnown: true, seen, owner },
  problem: { concerns: 'OwnedElsewhere', reason: 'OwnedElsewhere', message: 'text' },
};

describe('a sync as its namespace sees it', () => {
  it('has nothing but its spec before the first look', () => {
    const sync = aSync();
    expect(syncViewOf(sync, undefined)).toEqual({
      ...{ name: 'db-sync', spec: sync.object.spec, etag: '"uid-of-db-sync.1"' },
      readOnly: {
        ...{ author: null, state: null, reason: null, message: '', secretVersion: null },
        ...{ storeVersion: null, storeChangedAt: null, lastSyncAt: null, keyStates: [] },
        ...{ secretChangedAt: null, overwritten: null, owner: null },
      },
    });
  });

  it('says how it stands, by the status that was written', () => {
    const { object } = aSync();
    const view = (outcome: SyncOutcome) => {
      const status = syncStatus(object, outcome, Date.parse('2026-01-02T03:04:05Z'));
      return syncViewOf(aSync({}, { status }), 'jane').readOnly;
    };
    expect(view(done)).toMatchObject({
      ...{ author: 'jane', state: 'Conflict', reason: 'Conflict', secretVersion: '41' },
      secretChangedAt: '2026-01-02T03:00:00Z',
      ...{ storeVersion: '2@then', storeChangedAt: 'then', lastSyncAt: '2026-01-02T03:04:05.000Z' },
      overwritten: { at: '2026-01-02T03:04:05.000Z', count: 1, versions: ['1@once'] },
      owner: null,
    });
    expect(view(done).keyStates).toHaveLength(5);
    expect(view(held)).toMatchObject({
      ...{ state: 'OwnedElsewhere', reason: 'OwnedElsewhere', message: 'text' },
      owner: { clusterUID: 'c', namespaceUID: 'n', syncUID: 's' },
    });
  });

  it('is read from a status of any shape', () => {
    const shape = { state: 7, keys: 'x', owner: 'y', secretVersion: {}, conditions: [] };
    const status = { ...shape, overwritten: 'z' };
    expect(syncViewOf(aSync({}, { status }), undefined).readOnly).toMatchObject({
      ...{ state: null, keyStates: [], owner: null, secretVersion: null, overwritten: null },
    });
  });
});

it('a store says which rule it breaks', () => {
  expect(storeViewOf(aStore())).toMatchObject({ name: 'bao', readOnly: { problem: null } });
  const { readOnly, spec } = storeViewOf(aStore({ poll: '1s' }));
  expect(readOnly.problem).toContain('/poll');
  expect(spec).toMatchObject({ poll: '1s' });
});

describe('the result of a look', () => {
  it('says for each key what happened, in the order of names', () => {
    expect(runViewOf(done, false)).toMatchObject({
      ...{ state: 'Conflict', written: true, overwritten: ['1@once'], secretVersion: '41' },
      keys: [
        { name: 'a', action: 'none' },
        { name: 'b', action: 'push' },
        { name: 'c', action: 'pull' },
        { name: 'd', action: 'retain' },
        { name: 'e', action: 'hold' },
      ],
    });
  });

  it('of a dry run has written nothing', () => {
    expect(runViewOf(done, true)).toEqual({ ...runViewOf(done, false), written: false });
  });

  it('that was refused has its problem, and no keys', () => {
    expect(runViewOf(held, false)).toEqual({
      ...{ state: 'OwnedElsewhere', reason: 'OwnedElsewhere', message: 'text', keys: [] },
      ...{ secretVersion: '41', secretChangedAt: '2026-01-02T03:00:00Z' },
      ...{ storeVersion: '2@then', storeChangedAt: 'then' },
      ...{ written: false, overwritten: [] },
    });
    const { seen: _seen, owner: _owner, ...unseen } = held;
    expect(runViewOf(unseen, false)).toMatchObject({ secretVersion: null, storeVersion: null });
  });
});
