import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import type { NewVersion, Recorded } from '../../../src/versions/domain/versions.store.js';
import { openVersionsStore } from '../../../src/versions/open-versions-store.js';
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
import { adoptHistory } from '../../../src/versions/store/adopt-history.js';
import { VersionSeals } from '../../../src/versions/store/version-seals.js';
import { rowMac, sealedRows } from '../../unit/encryption/row-integrity.builder.js';

const KIB = 1024;
const DAY_MS = 86_400_000;
const QUOTA_KIB = 1_024;
const minimums = { ageMs: 7 * DAY_MS, count: 3, deletedAgeMs: 90 * DAY_MS };

const nowMs = Date.now();
const quota = { namespaceBytesMax: QUOTA_KIB * KIB };

function aged(version: number, days: number, wish: VersionWish = {}): NewVersion {
  const createdMs = nowMs - days * DAY_MS;
  return newVersion(version, { createdMs, ...wish, limits: { minimums, ...wish.limits } });
}

function sized(kib: number) {
  return { ciphertext: new Uint8Array(kib * KIB) };
}

describe.each(dialects)('what the minimums protect in %s', (dialect) => {
  const at = storeFixture(dialect);
  const record = (versions: readonly NewVersion[]): Promise<readonly Recorded[]> =>
    at.store.record(versions);
  const kinds = async (versions: readonly NewVersion[]) =>
    (await record(versions)).map(({ kind }) => kind);

  it('stays, whatever an annotation asks for; what no minimum protects goes', async () => {
    const asked = { versionsMax: 1, ageMsMax: 1_000 };
    // The fifth took the place of the fourth ten days ago, the sixth that of the fifth just now.
    for (let version = 1; version <= 5; version += 1) await record([aged(version, 15 - version)]);
    await record([aged(6, 0, { limits: { asked } })]);
    expect(await numbersOf(at.store, newVersion(1))).toEqual([6, 5, 4]);
    await record([aged(7, 0, { limits: { asked } }), aged(8, 0, { limits: { asked } })]);
    // Young since the sixth took its place, and however often the Secret is written after that.
    expect(await numbersOf(at.store, newVersion(1))).toEqual([8, 7, 6, 5]);
    expect(await keptSums(at)).toEqual(await countedSums(at));
  });

  it('goes by the limits of operators all the same', async () => {
    for (let version = 1; version <= 6; version += 1) await record([aged(version, 0)]);
    await record([aged(7, 0, { limits: { versionsMax: 2 } })]);
    expect(await numbersOf(at.store, newVersion(1))).toEqual([7, 6]);
    await record([aged(8, 0, { limits: { ageMsMax: -1 } })]);
    expect(await numbersOf(at.store, newVersion(1))).toEqual([8, 7]);
  });

  it('stays in a full namespace, of deleted Secrets as well', async () => {
    const [db, gone] = [newVersion(1, { name: 'db' }), newVersion(1, { name: 'gone' })];
    for (const version of [1, 2, 3, 4, 5]) await record([aged(version, 30, { name: 'db' })]);
    await record([aged(1, 30, { name: 'gone' }), aged(2, 30, { name: 'gone' })]);
    await at.store.markDeleted(gone.history, gone.secretUid, nowMs - 10 * DAY_MS);
    const results = new Map<string, number>();
    for (let junk = 0; junk < 30; junk += 1) {
      const made = aged(1, 0, { name: `junk-${junk}`, payload: sized(90), limits: quota });
      for (const kind of await kinds([made])) results.set(kind, (results.get(kind) ?? 0) + 1);
      if (junk % 2 === 0) await at.store.markDeleted(made.history, made.secretUid, nowMs);
    }
    // Seven eighths of the quota, less what the others take.
    expect(Object.fromEntries(results)).toEqual({ recorded: 9, full: 21 });
    expect(await numbersOf(at.store, db)).toEqual([5, 4, 3]);
    expect(await numbersOf(at.store, gone)).toEqual([2, 1]);
    expect(await at.store.history({ ...db.history, name: 'junk-29' })).toBeUndefined();
    expect(await at.store.bytes()).toBe(await countedBytes(at));
    expect(await keptSums(at)).toEqual(await countedSums(at));
  });

  it('keeps no small Secret that is there for long from being recorded', async () => {
    await record([aged(1, 30, { name: 'db' })]);
    for (let junk = 0; junk < 30; junk += 1) {
      await record([aged(1, 0, { name: `junk-${junk}`, payload: sized(90), limits: quota })]);
    }
    expect(await kinds([aged(1, 0, { name: 'new', payload: sized(90), limits: quota })])).toEqual([
      'full',
    ]);
    for (const version of [2, 3, 4]) {
      expect(await kinds([aged(version, 0, { name: 'db', limits: quota })])).toEqual(['recorded']);
    }
    // It is small no longer.
    const large = aged(5, 0, { name: 'db', payload: sized(90), limits: quota });
    expect(await kinds([large])).toEqual(['full']);
    expect(await at.store.bytes()).toBeLessThanOrEqual(QUOTA_KIB * KIB);
  });

  it('goes on where an operator lets as much go as comes', async () => {
    const limits = { ...quota, versionsMax: 9 };
    const made = (version: number) => aged(version, 0, { payload: sized(99), limits });
    for (let version = 1; version <= 8; version += 1) await record([made(version)]);
    expect(await kinds([made(9)])).toEqual(['full']);
    const fewer = { ...limits, versionsMax: 8 };
    const next = [made(9), made(10)].map((one) => ({
      ...one,
      limits: { ...one.limits, ...fewer },
    }));
    expect(await kinds(next)).toEqual(['recorded', 'recorded']);
    expect(await numbersOf(at.store, newVersion(1))).toEqual([10, 9, 8, 7, 6, 5, 4, 3]);
  });

  it('leaves a gap before the next version of what there was no room for', async () => {
    for (let version = 1; version <= 8; version += 1) {
      await record([aged(version, 0, { payload: sized(99), limits: quota })]);
    }
    const late = aged(9, 0, { payload: sized(200), limits: quota, resourceVersion: '850' });
    const small = aged(9, 0, { payload: sized(1), limits: quota, resourceVersion: '900' });
    const behind = { ...small, version: 10 };
    expect(await kinds([late, behind])).toEqual(['full', 'raced']);
    expect(await kinds([small])).toEqual(['recorded']);
    const { id } = await historyOf(at.store, newVersion(1));
    expect(await at.store.get(id, 9)).toMatchObject({ isGap: true });
    await record([aged(10, 0, { payload: sized(1), limits: quota, resourceVersion: '950' })]);
    expect(await at.store.get(id, 10)).toMatchObject({ isGap: false });
  });

  it('is recorded again once there is room, a moment after there was none', async () => {
    const made = (version: number, days: number) =>
      aged(version, days, { payload: sized(99), limits: quota });
    for (let version = 1; version <= 8; version += 1) await record([made(version, 0)]);
    expect(await kinds([made(9, 0)])).toEqual(['full']);
    const old = nowMs - 30 * DAY_MS;
    await at.place.run(`UPDATE secret_versions SET created_ms = ${old}, until_ms = ${old}`);
    const { id } = await historyOf(at.store, newVersion(1));
    await adoptHistory(at.database, new VersionSeals(rowMac()), id);
    const again = async () => (await kinds([made(9, 0)]))[0];
    await expect.poll(again, { timeout: 2 * limits.versionQuotaExhaustedMs }).toBe('recorded');
    expect((await numbersOf(at.store, newVersion(1))).slice(-1)).toEqual([2]);
  });

  it('goes of Secrets that are deleted for long, but for what a rotation is about', async () => {
    for (const name of ['old', 'pending', 'young']) {
      await record([aged(1, 200, { name }), aged(2, 200, { name, payload: sized(200) })]);
      const made = newVersion(1, { name });
      const { id } = await historyOf(at.store, made);
      if (name === 'pending') await at.store.setAlias(id, 'pending', 1);
      const days = name === 'young' ? 89 : 91;
      await at.store.markDeleted(made.history, made.secretUid, nowMs - days * DAY_MS);
    }
    const junk = (name: string) => aged(1, 0, { name, payload: sized(300), limits: quota });
    expect(await record([junk('one'), junk('two')])).toMatchObject([
      { kind: 'recorded' },
      { kind: 'full', pruned: [{ history: { name: 'old' }, versions: [1, 2], why: 'quota' }] },
    ]);
    const left = await at.store.deleted('ns-1', '', 10);
    expect(left.map(({ history }) => history.name)).toEqual(['pending', 'young']);
  });

  it('stays whatever tenants do, of any number of Secrets, and the sums are right', async () => {
    const random = (max: number) => Math.floor(Math.random() * max);
    const made = new Map<string, NewVersion[]>();
    const kept = { namespaceBytesMax: 200 * KIB };
    for (let step = 0; step < 250; step += 1) {
      const name = `s-${random(8)}`;
      const before = made.get(name) ?? [];
      const last = before.at(-1);
      if (random(6) === 0 && last !== undefined) {
        await at.store.markDeleted(last.history, last.secretUid, nowMs - random(30) * DAY_MS);
        continue;
      }
      const version = before.length + 1;
      const asked = { versionsMax: 1 + random(3), ageMsMax: random(3) * DAY_MS };
      const payload = sized(random(12));
      const secretUid = `uid-${name}-${random(3)}`;
      const limits = random(2) === 0 ? kept : { ...kept, asked };
      const next = aged(version, random(40), { name, payload, secretUid, limits });
      const [result] = await at.store.record([
        { ...next, resourceVersion: String((step + 1) * 100) },
      ]);
      if (result?.kind === 'recorded') made.set(name, [...before, next]);
      const pruned = result !== undefined && 'pruned' in result ? result.pruned : [];
      for (const { history, versions } of pruned) {
        const all = made.get(history.name) ?? [];
        for (const one of versions) {
          expect(one).toBeLessThanOrEqual(all.length - minimums.count);
          expect(all[one - 1]?.createdMs).toBeLessThanOrEqual(Date.now() - minimums.ageMs);
        }
      }
      expect(await at.store.bytes()).toBeLessThanOrEqual(kept.namespaceBytesMax);
    }
    expect(await at.store.bytes()).toBe(await countedBytes(at));
    expect(await keptSums(at)).toEqual(await countedSums(at));
  });
});

describe('what the minimums protect from several gateways that record at once', () => {
  const at = storeFixture('postgres');

  it('stays', async () => {
    const others = await Promise.all([1, 2, 3].map(() => at.place.open()));
    const stores = [
      at.store,
      ...others.map((database) => openVersionsStore(database, sealedRows())),
    ];
    await at.store.record([aged(1, 30, { name: 'db' }), aged(2, 30, { name: 'db' })]);
    const all = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const name = `junk-${index}`;
        const made = aged(1, 0, { name, payload: sized(60), limits: quota });
        return stores[index % stores.length]?.record([made]) ?? [];
      }),
    );
    const recorded = all.flat().filter(({ kind }) => kind === 'recorded');
    expect(recorded).toHaveLength(14);
    expect(await at.store.bytes()).toBeLessThanOrEqual(QUOTA_KIB * KIB);
    expect(await at.store.bytes()).toBe(await countedBytes(at));
    expect(await numbersOf(at.store, newVersion(1, { name: 'db' }))).toEqual([2, 1]);
    await Promise.all(stores.slice(1).map((store) => store.close()));
    await Promise.all(others.map((database) => database.close()));
  });
});
