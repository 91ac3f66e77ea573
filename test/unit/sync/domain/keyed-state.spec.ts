import { describe, expect, it } from 'vitest';
import {
  isOfSameKeys,
  type KeyedOwner,
  type KeyedSecret,
  unreadVersion,
  wholeState,
  wholeVersion,
} from '../../../../src/sync/domain/keyed-state.js';
import type { FoundMark } from '../../../../src/sync/domain/remote-mark.js';
import type { RemoteState } from '../../../../src/sync/domain/remote-store.js';
import { valuesOf } from '../engine/sync-world.js';

const owner = { clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' };
const former = { ...owner, syncUid: 'former' };
const theirs = { ...owner, syncUid: 'theirs' };
const own: KeyedOwner = { owner, takeOverFrom: 'former' };

const absent: RemoteState = { kind: 'absent' };
const deleted = (mark: FoundMark = owner, version = '1'): RemoteState => ({
  ...{ kind: 'deleted', version, mark },
});
const present = (mark: FoundMark, version = '1', texts: object = { value: 'a' }): RemoteState => ({
  ...{ kind: 'present', version, values: valuesOf({ ...texts }), mark, changedAt: undefined },
});
const keyed = (...states: readonly RemoteState[]): readonly KeyedSecret[] =>
  states.map((state, index) => ({ key: 'abcdef'[index] ?? '', state }));

describe('the state of all keys', () => {
  it.each<[string, readonly RemoteState[]]>([
    ['absent', [absent, absent]],
    ['deleted', [absent, deleted()]],
    ['deleted', [deleted(), deleted()]],
    ['present', [absent, present(owner)]],
    ['present', [deleted(), present(owner), absent]],
    ['present', [present(owner, '1', {})]],
  ])('is %s', (kind, states) => {
    expect(wholeState(keyed(...states), own)).toMatchObject({ kind });
  });

  it('has the values of those that are there, and the latest time', () => {
    const at = (changedAt: string): RemoteState => ({
      ...{ kind: 'present', version: '1', values: valuesOf({ value: changedAt }), mark: owner },
      changedAt,
    });
    const times = ['2026-01-01T12:00:00Z', '2026-01-01T13:30:00+02:00', '2026-01-01T11:00:00.5Z'];
    const state = wholeState(keyed(absent, ...times.map(at), deleted()), own);
    expect(state).toMatchObject({ kind: 'present', changedAt: times[0] });
    const values = state.kind === 'present' ? [...state.values.keys()] : [];
    expect(values).toEqual(['b', 'c', 'd']);
    expect(wholeState(keyed(at('2026-01-01T12:00:00Z'), present(owner)), own)).toMatchObject({
      changedAt: undefined,
    });
  });

  it('cannot be read if a secret has no value, unless it is empty', () => {
    const other = keyed(present(owner), present(owner, '1', { other: 'c4n4ry' }));
    expect(() => wholeState(other, own)).toThrow(
      expect.objectContaining({ reason: 'NotReadable' }),
    );
    expect(() => wholeState(other, own)).toThrow(/^(?!.*c4n4ry)/);
    const more = keyed(present(owner, '1', { value: 'a', other: 'b' }), present(owner, '1', {}));
    const state = wholeState(more, own);
    expect(state.kind === 'present' && [...state.values.keys()]).toEqual(['a']);
  });
});

describe('the mark of all keys', () => {
  it.each<[string, FoundMark, readonly RemoteState[]]>([
    ['its own', owner, [present(owner), present(owner), absent]],
    ['its own with a deleted one of nobody', owner, [present(owner), deletedOfNobody()]],
    ['its own if all are deleted', owner, [deleted(), deleted()]],
    ['none if all are of nobody', undefined, [present(undefined), present(undefined)]],
    ['none if one of its own is of nobody', undefined, [present(owner), present(undefined)]],
    ['that of another on one key', theirs, [present(owner), present(theirs), present(undefined)]],
    ['that of another on a deleted one', theirs, [present(owner), deleted(theirs)]],
    ['unreadable on one key', 'unreadable', [present(owner), present('unreadable')]],
    ['that of the former owner', former, [present(owner), present(former), present(undefined)]],
    ['its own with a deleted one of the former', owner, [present(owner), deleted(former)]],
    ['that of the former owner if all are deleted', former, [deleted(), deleted(former)]],
    ['that of another before that of the former', theirs, [present(former), present(theirs)]],
    ['its own with its origins', from('a'), [present(from('a')), present(from('a')), absent]],
    ['its own without origins if they differ', owner, [present(from('a')), present(from('b'))]],
    [
      'that of another with all origins',
      from('a', 'b', theirs),
      [present(from('b', undefined, theirs)), present(from('a', undefined, theirs))],
    ],
  ])('is %s', (_what, mark, states) => {
    expect(wholeState(keyed(...states), own)).toMatchObject({ mark });
  });

  it('is foreign for a former owner that is not taken over', () => {
    const states = keyed(present(owner), deleted(former), present(undefined));
    expect(wholeState(states, { owner })).toMatchObject({ mark: former });
  });

  /** A mark with origins. */
  function from(one: string, other?: string, mark = owner) {
    const origins = [one, ...(other === undefined ? [] : [other])].map((digit) => digit.repeat(12));
    return { ...mark, origins };
  }

  function deletedOfNobody(): RemoteState {
    return { kind: 'deleted', version: '1', mark: undefined };
  }
});

describe('the version of all keys', () => {
  it('does not depend on their order, their values or their marks', () => {
    const states = keyed(present(owner, '1'), deleted(), absent);
    expect(wholeVersion(states.toReversed())).toBe(wholeVersion(states));
    const other = keyed(present(theirs, '1', { value: 'other' }), deleted(theirs), absent);
    expect(wholeVersion(other)).toBe(wholeVersion(states));
  });

  it('is another one for another version, kind or key', () => {
    const versions = [
      keyed(present(owner, '1'), present(owner, '1')),
      keyed(present(owner, '2'), present(owner, '1')),
      keyed(present(owner, '1'), present(owner, '2')),
      keyed(present(owner, '1'), deleted(owner, '1')),
      keyed(present(owner, '1'), deleted(owner, '2')),
      keyed(present(owner, '1'), absent),
      keyed(absent, present(owner, '1')),
      keyed(present(owner, '1')),
    ].map(wholeVersion);
    expect(new Set(versions).size).toBe(versions.length);
    expect(versions.every((version) => /^keys:[0-9a-f]{16}:[0-9a-f]{64}$/.test(version))).toBe(
      true,
    );
  });

  it('has comparable times only if the same keys are there', () => {
    const before = wholeVersion(keyed(present(owner, '1'), present(owner, '1')));
    const written = wholeVersion(keyed(present(owner, '1'), present(owner, '2')));
    const lost = keyed(present(owner, '1'), deleted(owner, '1'));
    expect(isOfSameKeys(before, written)).toBe(true);
    expect(isOfSameKeys(before, wholeVersion(lost))).toBe(false);
    expect(isOfSameKeys(unreadVersion(lost), wholeVersion(lost))).toBe(false);
    expect(isOfSameKeys('1@2026-01-01', '2@2026-02-02')).toBe(true);
  });
});
