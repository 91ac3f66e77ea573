import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../../src/platform/storage/database.js';
import { TokensStore, type TokenVisibility } from '../../../../src/tokens/tokens.store.js';
import {
  dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../../postgres/test-storage.js';
import { job, tokenRecord } from '../../../unit/tokens/domain/token.builder.js';
import { rowIntegrity } from '../../../unit/encryption/row-integrity.builder.js';

describe.each(dialects)('tokens kept in %s', (dialect) => {
  let storage: TestStorage;
  let place: TestDatabase;
  let database: Database;
  let store: TokensStore;

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });
  afterAll(() => storage.stop());

  beforeEach(async () => {
    place = await storage.create();
    database = await place.open();
    store = new TokensStore(database, rowIntegrity());
  });
  afterEach(async () => {
    await database.close();
    await place.remove();
  });

  const page = { limit: 10, nowMs: 0 };
  const idsOf = async (visibility: TokenVisibility, options = {}) =>
    (await store.list(visibility, { ...page, ...options })).map(({ id }) => id);

  it('come back as they were', async () => {
    const record = tokenRecord({
      secretHash: Uint8Array.from({ length: 32 }, (_, index) => index * 8),
      subject: job,
      acting: [{ owner: job, target: job }],
      scope: { namespaces: ['pay', 'ops'], secrets: ['db-*'] },
      createdAtMs: Date.parse('2026-11-25'),
      expiresAtMs: Date.parse('2036-11-25'),
    });
    expect(await store.insert(record)).toBe(true);
    const found = await store.find(record.id);
    expect(found && { ...found, secretHash: new Uint8Array(found.secretHash) }).toEqual(record);
    expect(await store.find('absent')).toBeUndefined();
  });

  it('are not made twice', async () => {
    await store.insert(tokenRecord());
    await expect(store.insert(tokenRecord({ description: 'other' }))).rejects.toThrow(
      'cannot be used',
    );
    expect((await store.find(tokenRecord().id))?.description).toBe('a test');
  });

  it('are not made by one that is gone', async () => {
    expect(await store.insert(tokenRecord({ parentId: 'gone' }))).toBe(false);
    expect(await store.find(tokenRecord().id)).toBeUndefined();
  });

  it('go with all that come from them', async () => {
    for (const [id, parentId] of [['a'], ['b', 'a'], ['c', 'b'], ['d', 'a'], ['e']] as const) {
      await store.insert(tokenRecord({ id, parentId }));
    }
    expect(await store.comesFrom('c', 'a')).toBe(true);
    expect(await store.comesFrom('e', 'a')).toBe(false);
    expect([...(await store.remove('a'))].toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(await store.remove('a')).toEqual([]);
    expect(await idsOf({ kind: 'all' })).toEqual(['e']);
  });

  it('are remembered as they were when they are revoked, until they would have expired', async () => {
    for (const [id, parentId] of [['a'], ['b', 'a'], ['c', 'b']] as const) {
      await store.insert(tokenRecord({ id, parentId, scope: { namespaces: ['pay'] } }));
    }
    expect(await store.findOrRevoked('a')).toMatchObject({ isRevoked: false });
    const now = { lastUsedAtMs: 1_764_000_000_000, nowMs: 1_764_000_000_001 };
    expect([...(await store.revoke('b', now))].toSorted()).toEqual(['b', 'c']);
    expect(await store.revoke('b', now)).toEqual([]);
    const {
      secretHash: _hash,
      acting: _acting,
      ...told
    } = tokenRecord({
      ...{ id: 'b', parentId: 'a', scope: { namespaces: ['pay'] } },
      lastUsedAtMs: now.lastUsedAtMs,
    });
    expect(await store.findOrRevoked('b')).toEqual({ record: told, isRevoked: true });
    expect(await store.findOrRevoked('c')).toMatchObject({
      ...{ record: { id: 'c', lastUsedAtMs: undefined }, isRevoked: true },
    });
    expect(await store.find('b')).toBeUndefined();
    expect(await idsOf({ kind: 'all' })).toEqual(['a']);
    expect(await store.comesFrom('c', 'a')).toBe(true);
    expect(await store.comesFrom('a', 'c')).toBe(false);
    expect(await store.insert(tokenRecord({ id: 'd', parentId: 'b' }))).toBe(false);
    await store.purge(60_001, 10);
    expect(await store.findOrRevoked('b')).toBeUndefined();
    expect(await store.comesFrom('c', 'a')).toBe(false);
  });

  it('are revoked also where what they were cannot be remembered', async () => {
    await store.insert(tokenRecord({ id: 'a' }));
    await place.run('DROP TABLE revoked_tokens');
    expect(await store.revoke('a', { lastUsedAtMs: undefined, nowMs: 1 })).toEqual(['a']);
    expect(await store.find('a')).toBeUndefined();
  });

  it('are listed newest first, page by page, until they expire', async () => {
    const times = { a: 1, b: 2, c: 2, d: 3 };
    for (const [id, createdAtMs] of Object.entries(times)) {
      await store.insert(tokenRecord({ id, createdAtMs, expiresAtMs: 100 + createdAtMs }));
    }
    expect(await idsOf({ kind: 'all' })).toEqual(['d', 'c', 'b', 'a']);
    expect(await idsOf({ kind: 'all' }, { limit: 2 })).toEqual(['d', 'c']);
    const after = { createdAtMs: 2, id: 'c' };
    expect(await idsOf({ kind: 'all' }, { after })).toEqual(['b', 'a']);
    expect(await idsOf({ kind: 'all' }, { nowMs: 102 })).toEqual(['d']);
  });

  it('are seen by their owner, and by who may see their namespaces', async () => {
    const bob = { username: 'bob', uid: 'u2' };
    const scopes = { a: ['pay'], b: ['pay', 'ops'], c: ['o*'], d: ["it's"] };
    for (const [id, namespaces] of Object.entries(scopes)) {
      await store.insert(tokenRecord({ id, owner: bob, scope: { namespaces } }));
    }
    await store.insert(tokenRecord({ id: 'e' }));
    await store.insert(tokenRecord({ id: 'f', parentId: 'a' }));
    const alice = { username: 'alice', uid: 'u1' };
    const seenBy = (owner: typeof bob, namespaces: readonly string[]) =>
      idsOf({ kind: 'owner', owner, namespaces });
    expect(await seenBy(alice, [])).toEqual(['f', 'e']);
    expect(await seenBy(alice, ['pay'])).toEqual(['f', 'e', 'a']);
    expect(await seenBy(alice, ['pay', 'ops', "it's"])).toEqual(['f', 'e', 'd', 'b', 'a']);
    expect(await seenBy(bob, [])).toEqual(['d', 'c', 'b', 'a']);
    expect(await idsOf({ kind: 'token', id: 'a' })).toEqual(['f', 'a']);
    expect([...(await store.namespaces(10))].toSorted()).toEqual(["it's", 'ops', 'pay']);
    expect(await store.namespaces(1)).toHaveLength(1);
    expect(await store.count(bob, 10)).toBe(4);
    expect(await store.count(bob, 2)).toBe(2);
  });

  it('remember their last use, never an earlier one', async () => {
    await store.insert(tokenRecord({ id: 'a' }));
    await store.insert(tokenRecord({ id: 'b' }));
    await store.used(new Map([['a', 1_764_000_000_000]]));
    await store.used(
      new Map([
        ['a', 5],
        ['gone', 6],
      ]),
    );
    await store.used(new Map());
    expect((await store.find('a'))?.lastUsedAtMs).toBe(1_764_000_000_000);
    expect((await store.find('b'))?.lastUsedAtMs).toBeUndefined();
  });

  it('are forgotten after their time, so many at once', async () => {
    for (const id of ['a', 'b', 'c']) await store.insert(tokenRecord({ id, expiresAtMs: 10 }));
    await store.insert(tokenRecord({ id: 'd', expiresAtMs: 11 }));
    await store.purge(11, 2);
    expect(await idsOf({ kind: 'all' })).toHaveLength(2);
    await store.purge(11, 2);
    expect(await idsOf({ kind: 'all' })).toEqual(['d']);
  });
});
