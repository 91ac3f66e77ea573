import { describe, expect, it } from 'vitest';
import type { NewVersion } from '../../../src/versions/domain/versions.store.js';
import { dialects } from '../../postgres/test-storage.js';
import { newVersion, type VersionWish } from '../../unit/versions/domain/version.builder.js';
import {
  countedBytes,
  countedSums,
  historyOf,
  keptSums,
  numbersOf,
  storeFixture,
} from './store-fixture.js';

const KIB = 1024;

describe.each(dialects)('what is kept in %s', (dialect) => {
  const at = storeFixture(dialect);
  const db = newVersion(1);

  const record = async (versions: readonly NewVersion[]) => {
    const results = await at.store.record(versions);
    return results.flatMap((one) => (one.kind === 'recorded' ? one.pruned : []));
  };
  /** A hundred KiB, in a namespace that may have so many. */
  const large = (version: number, kib: number, wish: VersionWish = {}) =>
    newVersion(version, {
      payload: { ciphertext: new Uint8Array(100 * KIB) },
      limits: { namespaceBytesMax: kib * KIB },
      ...wish,
    });

  it('are so many versions, but for those that are held or have a name', async () => {
    const limits = { versionsMax: 4 };
    for (const version of [1, 2, 3, 4]) await record([newVersion(version, { limits })]);
    const { id } = await historyOf(at.store, db);
    await at.store.setAlias(id, 'good', 1);
    await at.store.setAlias(id, 'pending', 2);
    expect(await record([newVersion(5, { limits })])).toEqual([
      { history: db.history, versions: [3], why: 'count' },
    ]);
    await at.store.removeAlias(id, 'pending');
    await at.store.setState(id, 2, { from: ['live'], to: 'destroyed', nowMs: 1 });
    expect(await record([newVersion(6, { limits })])).toEqual([
      { history: db.history, versions: [2], why: 'count' },
    ]);
    expect(await numbersOf(at.store, db)).toEqual([6, 5, 4, 1]);
    await record([newVersion(7, { limits: { versionsMax: 1 } })]);
    expect(await numbersOf(at.store, db)).toEqual([7, 6, 1]);
    expect(await at.store.bytes()).toBe(await countedBytes(at));
  });

  it('forgets a state that never was in the cluster, and still knows which states it had', async () => {
    const limits = { versionsMax: 3 };
    for (const version of [1, 2]) await record([newVersion(version, { limits })]);
    await record([newVersion(3, { limits, resourceVersion: 'replaced:abc' })]);
    const current = await at.store.head(db.history);
    expect(current).toMatchObject({ history: { lastVersion: 3, currentVersion: 2 } });
    for (const version of [4, 5, 6]) await record([newVersion(version, { limits })]);
    expect(await numbersOf(at.store, db)).toEqual([6, 5, 4]);
    const again = newVersion(7, { resourceVersion: '200' });
    expect(await at.store.record([again])).toEqual([{ kind: 'known', version: 2 }]);
  });

  it.each([1, 2])('is the only copy of a value, whatever the limit: %i', async (versionsMax) => {
    const limits = { versionsMax };
    for (const version of [1, 2]) await record([newVersion(version, { limits })]);
    const replaced = newVersion(3, { limits, resourceVersion: 'replaced:abc' });
    expect(await record([replaced])).toEqual([]);
    expect(await numbersOf(at.store, db)).toEqual([3, 2, 1]);
  });

  it('is the only copy of a value, although other versions have names', async () => {
    const limits = { versionsMax: 4 };
    for (const version of [1, 2, 3, 4]) await record([newVersion(version, { limits })]);
    const { id } = await historyOf(at.store, db);
    for (const version of [1, 2]) await at.store.setAlias(id, `good-${version}`, version);
    await record([newVersion(5, { limits, resourceVersion: 'replaced:abc' })]);
    expect(await numbersOf(at.store, db)).toContain(5);
  });

  it('is so old, but for what is held, has a name or is destroyed already', async () => {
    const nowMs = Date.now();
    const aged = (version: number, ageMs: number) =>
      newVersion(version, { createdMs: nowMs - ageMs, limits: { ageMsMax: 60_000 } });
    await record([1, 2, 3, 4, 5].map((version) => newVersion(version)));
    const { id } = await historyOf(at.store, db);
    await at.store.setAlias(id, 'good', 1);
    await at.store.setState(id, 2, { from: ['live'], to: 'destroyed', nowMs });
    expect(await record([aged(6, 30_000)])).toEqual([
      { history: db.history, versions: [3, 4], why: 'age' },
    ]);
    expect(await numbersOf(at.store, db)).toEqual([6, 5, 2, 1]);
    expect(await record([aged(7, 0)])).toEqual([
      { history: db.history, versions: [5], why: 'age' },
    ]);
  });

  it('is so much of a namespace: the largest of its histories gives its oldest first', async () => {
    const other = newVersion(1, { namespaceUid: 'ns-2' });
    await record([other, newVersion(2, { namespaceUid: 'ns-2' })]);
    await record([1, 2, 3].map((version) => large(version, 9_999, { name: 'a' })));
    await record([1, 2, 3, 4].map((version) => large(version, 9_999, { name: 'b' })));
    const [a, b] = [newVersion(1, { name: 'a' }), newVersion(1, { name: 'b' })];
    await at.store.setAlias((await historyOf(at.store, b)).id, 'good', 1);
    // Seven eighths of 900 KiB are for all of them.
    expect(await record([large(5, 900, { name: 'b' })])).toEqual([
      { history: b.history, versions: [1], why: 'quota' },
    ]);
    expect(await record([large(4, 900, { name: 'a' })])).toEqual([
      { history: b.history, versions: [2], why: 'quota' },
    ]);
    expect(await at.store.alias((await historyOf(at.store, b)).id, 'good')).toBeUndefined();
    // Of two that are as large the older one gives way.
    expect(await record([large(5, 900, { name: 'a' })])).toEqual([
      { history: a.history, versions: [1], why: 'quota' },
    ]);
    expect([await numbersOf(at.store, a), await numbersOf(at.store, b)]).toEqual([
      [5, 4, 3, 2],
      [5, 4, 3],
    ]);
    expect(await numbersOf(at.store, other)).toEqual([2, 1]);
    expect(await at.store.bytes()).toBe(await countedBytes(at));
    expect(await keptSums(at)).toEqual(await countedSums(at));
  });

  it('lets go of Secrets that are long deleted before it is full', async () => {
    for (let index = 0; index < 10; index += 1) {
      const made = large(1, 400, { name: `job-${index}` });
      const pruned = await record([made]);
      expect(pruned.map(({ history }) => history.name)).toEqual(
        index < 3 ? [] : [`job-${index - 3}`],
      );
      await at.store.markDeleted(made.history, made.secretUid, 1_000 + index);
    }
    const kept = await at.store.deleted('ns-1', '', 100);
    expect(kept.map(({ history }) => history.name)).toEqual(['job-7', 'job-8', 'job-9']);
    expect(await at.store.bytes()).toBeLessThan(350 * KIB);
    const again = large(2, 400, { name: 'job-0', secretUid: 'made-again' });
    expect(await at.store.record([again])).toMatchObject([{ kind: 'recorded', version: 2 }]);
  });

  it('stays so also with a namespace that writes for ever', async () => {
    for (let version = 1; version <= 60; version += 1) await record([large(version, 1_200)]);
    expect(await at.store.bytes()).toBeLessThanOrEqual(1_200 * KIB);
    expect(await numbersOf(at.store, db)).toHaveLength(10);
  });

  it('does not come again once it was pruned', async () => {
    const limits = { versionsMax: 2 };
    for (const version of [1, 2, 3, 4]) await record([newVersion(version, { limits })]);
    const late = [1, 2].map((was) => newVersion(5, { limits, resourceVersion: `${was * 100}` }));
    expect((await at.store.record(late)).map(({ kind }) => kind)).toEqual(['known', 'known']);
    expect(await numbersOf(at.store, db)).toEqual([4, 3]);
  });
});
