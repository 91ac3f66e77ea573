import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ChangeBudget,
  ChangeBuffer,
} from '../../../../../src/secrets/domain/cache/change-buffer.js';

const content = (version: number) => ({
  before: undefined,
  after: undefined,
  changedKeys: [],
  resourceVersion: String(version),
});

const roomOf = (countMax: number, bytesMax = Infinity) => new ChangeBudget({ countMax, bytesMax });
const keptOf = (room: ChangeBudget, countMax: number, startsAt: string, more: object = {}) =>
  new ChangeBuffer({ room, countMax, startsAt, bytesMax: Infinity, ...more });

/** A change by itself. */
function add(kept: ChangeBuffer, version: number): void {
  kept.add(content(version), { reached: String(version), endsAt: String(version) });
}

const sequences = (kept: ChangeBuffer, from: number, limit = 100) =>
  kept.from(from, limit)?.map(({ sequence }) => sequence);

describe('kept changes', () => {
  it('are found behind any version that is not older than the first of them', () => {
    const versions = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 40 });
    const bound = fc.integer({ min: 1, max: 10 });
    fc.assert(
      fc.property(versions, bound, fc.integer({ min: 0, max: 220 }), (gaps, countMax, asked) => {
        const kept = keptOf(roomOf(1_000), countMax, '10');
        let version = 10;
        const all = gaps.map((gap) => (version += gap));
        for (const one of all) add(kept, one);
        const after = kept.after(String(asked));
        const forgotten = all.slice(0, Math.max(0, all.length - countMax));
        if (asked < (forgotten.at(-1) ?? 10)) {
          expect(after).toBeUndefined();
          return;
        }
        const told = kept.from(after ?? -1, 100)?.map((change) => Number(change.resourceVersion));
        expect(told).toEqual(all.filter((one) => one > asked));
      }),
    );
  });

  it('of a time are all behind the version before them', () => {
    const kept = keptOf(roomOf(10), 10, '5');
    kept.add(content(9), { reached: '5', endsAt: '20' });
    kept.add(content(7), { reached: '20', endsAt: '20' });
    expect([kept.after('5'), kept.after('12'), kept.after('20')]).toEqual([0, 0, 2]);
    expect(kept.after('4')).toBeUndefined();
  });

  it('go on behind a version that is newer than the last', () => {
    const kept = keptOf(roomOf(10), 10, '5');
    add(kept, 6);
    expect(kept.after('900')).toBe(1);
    expect(sequences(kept, 1)).toEqual([]);
  });

  it('are not guessed at behind what is no version', () => {
    const kept = keptOf(roomOf(10), 10, '5');
    expect(kept.after('five')).toBeUndefined();
  });

  it('are handed out from a sequence on, but for those that are forgotten', () => {
    const kept = keptOf(roomOf(10), 3, '0');
    for (let version = 1; version <= 5; version += 1) add(kept, version);
    expect(sequences(kept, 2, 2)).toEqual([2, 3]);
    expect(sequences(kept, 4)).toEqual([4]);
    expect(sequences(kept, 1)).toBeUndefined();
    expect([kept.count, kept.next]).toEqual([3, 5]);
  });

  it('are numbered on where some were not kept', () => {
    const kept = keptOf(roomOf(10), 3, '0');
    add(kept, 1);
    kept.skip(4, '9');
    expect([kept.next, kept.after('8'), kept.after('9')]).toEqual([5, undefined, 5]);
  });

  it('of all namespaces together are bounded: the oldest go first', () => {
    const room = roomOf(3);
    const [one, other] = [keptOf(room, 10, '0'), keptOf(room, 10, '0')];
    add(one, 1);
    add(other, 2);
    add(one, 3);
    add(other, 4);
    expect([sequences(one, 0), sequences(one, 1), room.count]).toEqual([undefined, [1], 3]);
    expect(sequences(other, 0)).toEqual([0, 1]);
    other.forgetAll();
    expect([room.count, other.after('4'), other.after('3')]).toEqual([1, 2, undefined]);
  });

  it('are bounded by their bytes as well, in a namespace and in all', () => {
    const large = { ...content(1), changedKeys: ['k'.repeat(20_000)] };
    const grow = (kept: ChangeBuffer, count: number): void => {
      for (let version = 1; version <= count; version += 1) {
        kept.add(large, { reached: String(version), endsAt: String(version) });
      }
    };
    const room = roomOf(100, 70_000);
    const one = keptOf(room, 100, '0', { bytesMax: 50_000 });
    grow(one, 5);
    expect([one.count, sequences(one, 3), one.after('3'), one.after('2')]).toEqual([
      ...[2, [3, 4], 3, undefined],
    ]);
    const other = keptOf(room, 100, '0');
    grow(other, 2);
    expect([one.count, other.count]).toEqual([1, 2]);
    const small = keptOf(roomOf(100), 100, '0', { bytesMax: 10 });
    grow(small, 1);
    expect([small.count, small.next, small.after('1')]).toEqual([0, 1, 1]);
  });

  it('are not found behind a version of before the cluster was set back', () => {
    const kept = keptOf(roomOf(10), 10, '500', { abandoned: { behind: '500', upTo: '1000' } });
    add(kept, 600);
    add(kept, 1_001);
    const versions = ['499', '500', '501', '600', '1000', '1001'];
    expect(versions.map((version) => kept.after(version))).toEqual([
      ...[undefined, 0, undefined, undefined, undefined, 2],
    ]);
  });

  it('stay right over many that are forgotten', () => {
    const kept = keptOf(roomOf(10_000), 10, '0');
    for (let version = 1; version <= 5_000; version += 1) add(kept, version);
    expect(sequences(kept, 4_990)).toEqual(Array.from({ length: 10 }, (_, at) => 4_990 + at));
    expect([kept.after('4989'), kept.after('4990')]).toEqual([undefined, 4_990]);
  });
});
