import { describe, expect, it } from 'vitest';
import {
  heldVersions,
  historyKey,
  type HistoryMarks,
  isLater,
  planRecord,
  type RecordFacts,
  stateKey,
} from '../../../../src/versions/domain/plan-record.js';
import { newVersion } from './version.builder.js';

const uid = newVersion(1).secretUid;
const key = historyKey(newVersion(1).history);
const marks: HistoryMarks = {
  lastVersion: 3,
  currentVersion: 3,
  previousVersion: 2,
  pendingVersion: undefined,
  secretUid: uid,
  resourceVersion: '300',
  deletedMs: undefined,
  pruned: { version: undefined, secretUid: undefined, resourceVersion: undefined },
  missedResourceVersion: undefined,
};

function facts(changes: Partial<HistoryMarks> = {}, rest: Partial<RecordFacts> = {}): RecordFacts {
  const histories = new Map([[key, { ...marks, ...changes }]]);
  return { histories, known: new Map(), seenUids: new Set([uid]), ...rest };
}

const nothing: RecordFacts = { histories: new Map(), known: new Map(), seenUids: new Set() };

describe('a batch of versions', () => {
  it('begins histories, of which the latest version is current', () => {
    const plan = planRecord([newVersion(1), newVersion(2), newVersion(3)], nothing);
    expect(plan.results.map(({ kind }) => kind)).toEqual(['recorded', 'recorded', 'recorded']);
    const history = plan.histories.get(key);
    expect(history?.before).toBeUndefined();
    expect(history?.after).toEqual(marks);
    expect(history?.inserts.map(({ sinceMs, untilMs }) => [sinceMs, untilMs])).toEqual([
      [1_000, 2_000],
      [2_000, 3_000],
      [3_000, undefined],
    ]);
    expect(heldVersions(history?.after)).toEqual([3, 2]);
  });

  it('goes on where the history is', () => {
    const history = planRecord([newVersion(4)], facts()).histories.get(key);
    expect(history?.after).toMatchObject({ lastVersion: 4, currentVersion: 4, previousVersion: 3 });
    expect([...(history?.untilMs ?? [])]).toEqual([[3, 4_000]]);
  });

  it('knows a state that is there, and one that it has met itself', () => {
    const known = new Map([[stateKey(uid, '300'), 3]]);
    const again = newVersion(5, { resourceVersion: '400' });
    const batch = [newVersion(4, { resourceVersion: '300' }), newVersion(4), again];
    const plan = planRecord(batch, facts({}, { known }));
    expect(plan.results).toEqual([
      { kind: 'known', version: 3 },
      { kind: 'recorded', version: 4 },
      { kind: 'known', version: 4 },
    ]);
    const none = planRecord([newVersion(4, { resourceVersion: '300' })], facts({}, { known }));
    expect(none.histories.size).toBe(0);
  });

  it('takes nothing that was sealed for another number, nor what came behind it', () => {
    const plan = planRecord([newVersion(3, { resourceVersion: '350' }), newVersion(4)], facts());
    expect(plan.results).toEqual([
      { kind: 'raced', last: 3 },
      { kind: 'raced', last: 3 },
    ]);
    expect(plan.histories.size).toBe(0);
  });

  it('keeps a late state without making it current', () => {
    const late = newVersion(4, { resourceVersion: '299' });
    const history = planRecord([late], facts()).histories.get(key);
    expect(history?.after).toEqual({ ...marks, lastVersion: 4 });
    expect(history?.inserts[0]?.sinceMs).toBeUndefined();
    const gone = { currentVersion: undefined, previousVersion: 3, deletedMs: 7 };
    expect(planRecord([late], facts(gone)).histories.get(key)?.after.deletedMs).toBe(7);
  });

  it('follows a Secret that was made anew, also where the cluster counts from below', () => {
    const gone = { currentVersion: undefined, previousVersion: 3, deletedMs: 7 };
    for (const resourceVersion of ['400', '9']) {
      const made = newVersion(4, { secretUid: 'other', resourceVersion });
      expect(planRecord([made], facts(gone)).histories.get(key)?.after).toEqual({
        ...marks,
        lastVersion: 4,
        currentVersion: 4,
        previousVersion: 3,
        secretUid: 'other',
        resourceVersion,
      });
    }
    const former = newVersion(4, { secretUid: 'former', resourceVersion: '9' });
    const seenUids = new Set(['former']);
    const plan = planRecord([former], facts({}, { seenUids })).histories.get(key);
    expect(plan?.after.currentVersion).toBe(3);
  });

  it('returns to a Secret that another one was taken for', () => {
    const known = new Map([[stateKey('live', '500'), 2]]);
    const seen = newVersion(4, { secretUid: 'live', resourceVersion: '500' });
    const plan = planRecord([seen], facts({}, { known }));
    expect(plan.results).toEqual([{ kind: 'known', version: 2 }]);
    const history = plan.histories.get(key);
    expect(history?.after).toMatchObject({ currentVersion: 2, previousVersion: 3, lastVersion: 3 });
    expect([...(history?.untilMs ?? [])]).toEqual([
      [3, 4_000],
      [2, undefined],
    ]);
  });

  it('does not take again what was pruned, nor what is older than that', () => {
    const pruned = { version: 2, secretUid: uid, resourceVersion: '200' };
    for (const [resourceVersion, kind] of [
      ['200', 'known'],
      ['199', 'known'],
      ['201', 'recorded'],
    ]) {
      const made = newVersion(4, { resourceVersion: String(resourceVersion) });
      expect(planRecord([made], facts({ pruned })).results[0]?.kind).toBe(kind);
    }
  });
});

it.each([
  ['10', '9', true],
  ['9', '10', false],
  ['9', '9', false],
  ['99999999999999999999', '99999999999999999998', true],
  ['1', undefined, true],
  ['b', 'a', true],
  ['a', 'a', false],
])('%s is later than %s: %s', (one, other, expected) => {
  expect(isLater(one, other)).toBe(expected);
});

describe('a batch in a full namespace', () => {
  it('leaves out what there is no room for, and marks what comes after it', () => {
    const [late, next] = [newVersion(4), newVersion(5)];
    const { results, histories } = planRecord([late, next], facts(), new Set([late]));
    expect(results).toEqual([{ kind: 'full' }, { kind: 'raced', last: 3 }]);
    const after = histories.get(key)?.after;
    expect(after).toMatchObject({ lastVersion: 3, missedResourceVersion: '400' });
    const missed = facts({ missedResourceVersion: '400' });
    const isGap = (resourceVersion: string) => {
      const plan = planRecord([newVersion(4, { resourceVersion })], missed).histories.get(key);
      return [plan?.inserts[0]?.isGap, plan?.after.missedResourceVersion];
    };
    expect(isGap('500')).toEqual([true, undefined]);
    // Another gateway had room for the very state.
    expect(isGap('400')).toEqual([false, undefined]);
    expect(isGap('350')).toEqual([false, '400']);
  });

  it('marks nothing of a Secret without a history', () => {
    const made = newVersion(1);
    const plan = planRecord([made], nothing, new Set([made]));
    expect(plan.results).toEqual([{ kind: 'full' }]);
    expect(plan.histories.size).toBe(0);
  });
});

describe('a state that never was in the cluster', () => {
  const replaced = (version: number) => newVersion(version, { resourceVersion: 'replaced:abc' });

  it('has a number, and is never current', () => {
    const plan = planRecord([replaced(4), newVersion(5, { resourceVersion: '400' })], facts());
    expect(plan.results.map(({ kind }) => kind)).toEqual(['recorded', 'recorded']);
    const history = plan.histories.get(key);
    expect(history?.after).toMatchObject({
      ...{ lastVersion: 5, currentVersion: 5, previousVersion: 3, resourceVersion: '400' },
    });
    expect(history?.inserts[0]).toMatchObject({ sinceMs: undefined, isGap: false });
    expect([...(history?.untilMs ?? [])]).toEqual([[3, 5_000]]);
  });

  it('is recorded once', () => {
    const known = new Map([[stateKey(uid, 'replaced:abc'), 4]]);
    const plan = planRecord([replaced(5)], facts({ lastVersion: 4 }, { known }));
    expect(plan.results).toEqual([{ kind: 'known', version: 4 }]);
  });

  it('is not current, although another Secret has the name meanwhile', () => {
    const known = new Map([[stateKey(uid, 'replaced:abc'), 4]]);
    const other = facts({ lastVersion: 4, secretUid: 'another-uid', currentVersion: 4 }, { known });
    const { results, histories } = planRecord([replaced(5)], other);
    expect(results).toEqual([{ kind: 'known', version: 4 }]);
    expect(histories.get(key)).toBeUndefined();
  });

  it('has nothing to do with pruned and missed states', () => {
    const pruned = { version: 1, secretUid: uid, resourceVersion: '100' };
    const found = facts({ pruned, missedResourceVersion: '350' });
    const { results, histories } = planRecord([replaced(4)], found);
    expect(results).toEqual([{ kind: 'recorded', version: 4 }]);
    expect(histories.get(key)?.after).toMatchObject({ pruned, missedResourceVersion: '350' });
  });

  it('leaves no gap if it does not fit', () => {
    const one = replaced(4);
    const { results, histories } = planRecord([one], facts(), new Set([one]));
    expect(results).toEqual([{ kind: 'full' }]);
    expect(histories.get(key)).toBeUndefined();
  });
});
