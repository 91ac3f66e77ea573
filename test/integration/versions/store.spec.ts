import { describe, expect, it } from 'vitest';
import type { NewVersion } from '../../../src/versions/domain/versions.store.js';
import { dialects } from '../../postgres/test-storage.js';
import { newVersion } from '../../unit/versions/domain/version.builder.js';
import { historyOf, numbersOf, storeFixture } from './store-fixture.js';

describe.each(dialects)('histories kept in %s', (dialect) => {
  const at = storeFixture(dialect);
  const record = (...versions: NewVersion[]) => at.store.record(versions);
  const db = newVersion(1);

  it('come back as they were', async () => {
    const attribution = {
      door: 'rest',
      username: 'alice',
      kind: 'oidc',
      credentialId: 'c-1',
      reason: 'because',
      auditId: 'a-1',
      fieldManager: 'sallyport',
    } as const;
    const made = newVersion(1, { attribution, immutable: true, isGap: true });
    expect(await record(made)).toEqual([{ kind: 'recorded', version: 1, pruned: [] }]);
    const history = await historyOf(at.store, made);
    expect(history).toEqual({
      ...made.history,
      id: history.id,
      lastVersion: 1,
      currentVersion: 1,
      previousVersion: undefined,
      pendingVersion: undefined,
      secretUid: made.secretUid,
      resourceVersion: '100',
      deletedMs: undefined,
    });
    const { history: _, fingerprint, payload, limits: __, annotations, ...metadata } = made;
    const found = await at.store.get(history.id, 1);
    expect(found).toEqual({
      ...metadata,
      state: 'live',
      isRetired: false,
      endedMs: undefined,
      aliases: ['current'],
      payload: {
        keyId: 'key-1',
        wrappedKey: bytesOf(payload.wrappedKey),
        ciphertext: bytesOf(payload.ciphertext),
      },
    });
    expect(await at.store.head(made.history)).toEqual({
      history,
      last: {
        version: 1,
        secretUid: made.secretUid,
        resourceVersion: '100',
        fingerprint: bytesOf(fingerprint),
        keys: made.keys,
        attribution,
        createdMs: made.createdMs,
      },
    });
    const { aliases: ___, payload: ____, ...row } = found ?? {};
    expect(await at.store.compared(history.id, 1)).toEqual({ ...row, annotations });
    expect(await at.store.compared(history.id, 2)).toBeUndefined();
    expect(await at.store.get(history.id, 2)).toBeUndefined();
    expect(await at.store.head({ ...made.history, name: 'absent' })).toBeUndefined();
  });

  /** PostgreSQL's client gives bytes as its own kind. */
  function bytesOf(bytes: Uint8Array): Uint8Array {
    return dialect === 'sqlite' ? bytes : Buffer.from(bytes);
  }

  it('take a state once, and none that was sealed for another number', async () => {
    await record(newVersion(1), newVersion(2));
    const again = newVersion(3, { resourceVersion: '200' });
    const other = newVersion(2, { resourceVersion: '300' });
    expect(await record(again, other, newVersion(3, { resourceVersion: '400' }))).toEqual([
      { kind: 'known', version: 2 },
      { kind: 'raced', last: 2 },
      { kind: 'raced', last: 2 },
    ]);
    expect(await numbersOf(at.store, db)).toEqual([2, 1]);
  });

  it('keep a state that comes late, without making it current', async () => {
    await record(newVersion(1), newVersion(2));
    await record(newVersion(3, { resourceVersion: '150' }));
    const history = await historyOf(at.store, db);
    expect(history).toMatchObject({ lastVersion: 3, currentVersion: 2, resourceVersion: '200' });
    expect((await at.store.head(db.history))?.last?.version).toBe(2);
    expect(await at.store.alias(history.id, 'previous')).toBe(1);
  });

  it('move on without a version, never back', async () => {
    await record(newVersion(1));
    await at.store.moveOn(db.history, db.secretUid, '99999999999999999999');
    await at.store.moveOn(db.history, db.secretUid, '9');
    await at.store.moveOn(db.history, 'other', '999999999999999999999');
    const history = await historyOf(at.store, db);
    expect(history).toMatchObject({ lastVersion: 1, resourceVersion: '99999999999999999999' });
    await at.store.moveOn({ ...db.history, name: 'absent' }, 'u', '1');
  });

  it('outlive their Secret, and go on with their numbers', async () => {
    await record(newVersion(1), newVersion(2));
    await at.store.markDeleted(db.history, 'other', 5_000);
    expect(await at.store.deleted('ns-1', '', 10)).toEqual([]);
    await at.store.markDeleted(db.history, db.secretUid, 5_000);
    await at.store.markDeleted(db.history, db.secretUid, 6_000);
    const gone = await historyOf(at.store, db);
    expect(gone).toMatchObject({ currentVersion: undefined, previousVersion: 2, deletedMs: 5_000 });
    expect((await at.store.deleted('ns-1', '', 10)).map((one) => one.last?.version)).toEqual([2]);
    expect(await at.store.liveHeads('', 0, 10)).toEqual([]);

    const anew = newVersion(3, { secretUid: 'anew', createdMs: 8_000 });
    expect((await record(anew))[0]?.kind).toBe('recorded');
    expect(await historyOf(at.store, db)).toMatchObject({
      id: gone.id,
      currentVersion: 3,
      previousVersion: 2,
      deletedMs: undefined,
    });
    expect(await at.store.deleted('ns-1', '', 10)).toEqual([]);
    expect(await at.store.liveHeads('', 0, 10)).toHaveLength(1);
    const current = (atMs: number) => at.store.currentAt(gone.id, atMs);
    expect(await Promise.all([999, 1_000, 2_500, 5_000, 7_000, 8_000].map(current))).toEqual([
      undefined,
      1,
      2,
      undefined,
      undefined,
      3,
    ]);
  });

  it('of a namespace that was made anew are others', async () => {
    await record(newVersion(1), newVersion(1, { namespaceUid: 'ns-2' }));
    await record(newVersion(1, { namespaceUid: 'ns-3', namespace: 'other' }));
    const former = await at.store.formerHistory(newVersion(1, { namespaceUid: 'ns-9' }).history);
    expect(former?.namespaceUid).toBe('ns-2');
    const second = await at.store.formerHistory(newVersion(1, { namespaceUid: 'ns-2' }).history);
    expect(second?.namespaceUid).toBe('ns-1');
    const none = newVersion(1, { namespaceUid: 'ns-3', namespace: 'other' }).history;
    expect(await at.store.formerHistory(none)).toBeUndefined();
  });

  it('are found page by page', async () => {
    const names = ['a', 'b', 'c', 'ä', 'Z'];
    await record(...names.map((name) => newVersion(1, { name })));
    await record(newVersion(1, { name: 'a', namespaceUid: 'ns-2' }));
    const page = async (after: string) =>
      (await at.store.all('ns-1', after, 3)).map(({ name }) => name);
    expect([await page(''), await page('b')]).toEqual([
      ['Z', 'a', 'b'],
      ['c', 'ä'],
    ]);
    const first = await at.store.liveHeads('ns-1', 0, 3);
    const rest = await at.store.liveHeads('ns-1', first.at(-1)?.history.id ?? 0, 3);
    expect([...first, ...rest].map(({ history }) => history.name)).toEqual(names);
    expect(await at.store.liveHeads('', 0, 10)).toHaveLength(6);
    const some = await at.store.histories('ns-1', ['a', 'c', 'absent']);
    expect(some.map(({ history, last }) => [history.name, last?.version])).toEqual([
      ['a', 1],
      ['c', 1],
    ]);
    expect(await at.store.histories('ns-1', [])).toEqual([]);
  });

  it('list versions newest first, page by page', async () => {
    const all = Array.from({ length: 1_000 }, (_, index) =>
      newVersion(index + 1, { payload: { ciphertext: new Uint8Array(2_000) } }),
    );
    for (let from = 0; from < all.length; from += 100) await record(...all.slice(from, from + 100));
    const { id } = await historyOf(at.store, db);
    const page = await at.store.list(id, undefined, 300);
    expect([page.items[0]?.version, page.items[299]?.version, page.before]).toEqual([
      1000, 701, 701,
    ]);
    const end = await at.store.list(id, 3, 300);
    expect([end.items.map(({ version }) => version), end.before]).toEqual([[2, 1], undefined]);
    expect((await at.store.list(id, undefined, 1_000)).items).toHaveLength(1_000);
  });

  it('know how far a watch was followed, together with what came before', async () => {
    expect(await at.store.watchCursor('secrets')).toBeUndefined();
    await at.store.setWatchCursor({ name: 'secrets', resourceVersion: '7' });
    await at.store.record([newVersion(1)], { name: 'secrets', resourceVersion: '8' });
    expect(await at.store.watchCursor('secrets')).toBe('8');
    await at.store.record([], { name: 'secrets', resourceVersion: '9' });
    expect(await at.store.watchCursor('secrets')).toBe('9');
    expect(await at.store.record([])).toEqual([]);
  });
});
