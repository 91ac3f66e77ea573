import { describe, expect, it } from 'vitest';
import type { NewVersion } from '../../../src/versions/domain/versions.store.js';
import { dialects } from '../../postgres/test-storage.js';
import { newVersion, wrappedKeyOf } from '../../unit/versions/domain/version.builder.js';
import { countedBytes, historyOf, storeFixture } from './store-fixture.js';

describe.each(dialects)('versions kept in %s', (dialect) => {
  const at = storeFixture(dialect);
  const record = (...versions: NewVersion[]) => at.store.record(versions);
  const db = newVersion(1);
  const idOf = async () => (await historyOf(at.store, db)).id;

  it('are deleted, undeleted and destroyed, each from its states alone', async () => {
    await record(newVersion(1), newVersion(2), newVersion(3));
    const id = await idOf();
    const set = (version: number, from: 'live' | 'deleted', to: 'live' | 'deleted' | 'destroyed') =>
      at.store.setState(id, version, { from: [from], to, nowMs: 9_000 });
    expect(await set(1, 'live', 'deleted')).toBe(true);
    expect(await set(1, 'live', 'deleted')).toBe(false);
    expect(await at.store.get(id, 1)).toMatchObject({ state: 'deleted', endedMs: 9_000 });
    expect((await at.store.get(id, 1))?.payload).toBeDefined();
    expect(await set(1, 'deleted', 'live')).toBe(true);
    expect((await at.store.get(id, 1))?.endedMs).toBeUndefined();
    expect(await set(1, 'live', 'destroyed')).toBe(true);
    const destroyed = await at.store.get(id, 1);
    expect(destroyed).toMatchObject({ state: 'destroyed', endedMs: 9_000, keys: db.keys });
    expect(destroyed?.payload).toBeUndefined();
    expect(await at.store.bytes()).toBe(await countedBytes(at));
    expect(await set(3, 'live', 'destroyed')).toBe(false);
    expect(await set(7, 'live', 'deleted')).toBe(false);
    expect(await at.store.setState(99, 1, { from: ['live'], to: 'deleted', nowMs: 1 })).toBe(false);
  });

  it('have names, of which two follow the Secret', async () => {
    await record(newVersion(1), newVersion(2), newVersion(3));
    const id = await idOf();
    expect(await at.store.setAlias(id, 'good', 1)).toBe(true);
    expect(await at.store.setAlias(id, 'best', 1)).toBe(true);
    expect(await at.store.setAlias(id, 'pending', 1)).toBe(true);
    expect(await at.store.setAlias(id, 'absent', 9)).toBe(false);
    await expect(at.store.setAlias(id, 'current', 1)).rejects.toThrow('is not set');
    const { items } = await at.store.list(id, undefined, 10);
    expect(items.map(({ aliases }) => aliases)).toEqual([
      ['current'],
      ['previous'],
      ['pending', 'best', 'good'],
    ]);
    expect((await at.store.get(id, 1))?.aliases).toEqual(['pending', 'best', 'good']);
    await at.store.setAlias(id, 'good', 2);
    const names = ['good', 'best', 'pending', 'current', 'previous', 'absent'];
    const numbers = await Promise.all(names.map((name) => at.store.alias(id, name)));
    expect(numbers).toEqual([2, 1, 1, 3, 2, undefined]);
    expect(await at.store.removeAlias(id, 'good')).toBe(2);
    expect(await at.store.removeAlias(id, 'good')).toBeUndefined();
    expect(await at.store.removeAlias(id, 'pending')).toBe(1);
    expect((await historyOf(at.store, db)).pendingVersion).toBeUndefined();
  });

  it('learn who made them, the gateway better than anybody outside', async () => {
    await record(
      newVersion(1, { attribution: { door: 'external', fieldManager: 'kubectl' } }),
      newVersion(2),
    );
    const id = await idOf();
    const known = async (version: number) => (await at.store.get(id, version))?.attribution;
    const outside = (fromMs: number, toMs: number) =>
      at.store.attributeOutside(db.history, { fromMs, toMs }, { username: 'eve', auditId: 'k' });
    expect(await outside(2_001, 9_000)).toBeUndefined();
    expect(await outside(0, 9_000)).toBeUndefined();
    const now = { secretUid: db.secretUid, resourceVersion: '200' };
    expect(await outside(1_001, 2_000)).toEqual({ version: 2, ...now });
    expect(await known(2)).toEqual({ door: 'external', username: 'eve', auditId: 'k' });

    const alice = { door: 'rest', username: 'alice', kind: 'oidc', reason: 'why' } as const;
    expect(await at.store.attribute(db.secretUid, '100', alice)).toBe(1);
    expect(await known(1)).toEqual({ ...alice, fieldManager: 'kubectl' });
    expect(await at.store.attribute(db.secretUid, '200', alice)).toBe(2);
    expect(await known(2)).toEqual(alice);
    const bob = { door: 'graphql', username: 'bob' } as const;
    expect(await at.store.attribute(db.secretUid, '200', bob)).toBe(2);
    expect(await known(2)).toEqual(alice);
    expect(await at.store.attribute(db.secretUid, '300', bob)).toBeUndefined();
    expect(await outside(0, 9_000)).toBeUndefined();
  });

  it('change their key only as long as they are as they were read', async () => {
    await record(newVersion(1), newVersion(2), newVersion(1, { name: 'web' }));
    const rows = await at.store.wrappedOtherwise('key-2', { historyId: 0, version: 0 }, 10);
    expect(rows.map(({ name, version }) => `${name}-${version}`)).toEqual([
      'db-1',
      'db-2',
      'web-1',
    ]);
    const rewrapped = rows.map(({ historyId, version, payload }) => ({
      historyId,
      version,
      keyId: 'key-2',
      wrappedKey: wrappedKeyOf(`anew-${version}`),
      from: { keyId: 'key-1', wrappedKey: payload?.wrappedKey ?? new Uint8Array() },
    }));
    expect(await at.store.rewrap(rewrapped.slice(0, 2))).toBe(2);
    expect(await at.store.rewrap(rewrapped)).toBe(1);
    expect(await at.store.rewrap(rewrapped)).toBe(0);
    expect(await at.store.keyUse()).toEqual(new Map([['key-2', 3]]));
    const { payload } = (await at.store.get(await idOf(), 2)) ?? {};
    expect(Buffer.from(payload?.wrappedKey ?? [])).toEqual(Buffer.from(wrappedKeyOf('anew-2')));
    expect(Buffer.from(payload?.ciphertext ?? []).toString()).toBe('ciphertext-db-2');
    expect(await at.store.wrappedOtherwise('key-2', { historyId: 0, version: 0 }, 10)).toEqual([]);
  });

  it('are read for rewrapping so many bytes at a time', async () => {
    const large = { ciphertext: new Uint8Array(6 * 1024 * 1024) };
    for (const version of [1, 2, 3]) await record(newVersion(version, { payload: large }));
    const page = async (after: { historyId: number; version: number }) =>
      (await at.store.wrappedOtherwise('other', after, 10)).map(({ version }) => version);
    const historyId = await idOf();
    expect(await page({ historyId: 0, version: 0 })).toEqual([1, 2]);
    expect(await page({ historyId, version: 2 })).toEqual([3]);
    expect(await page({ historyId, version: 3 })).toEqual([]);
  });
});
