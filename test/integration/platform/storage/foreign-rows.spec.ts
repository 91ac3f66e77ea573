import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IdempotencyService } from '../../../../src/platform/idempotency/idempotency.service.js';
import { IdempotencyStore } from '../../../../src/platform/idempotency/idempotency.store.js';
import { FingerprintKey } from '../../../../src/platform/idempotency/fingerprint-key.js';
import type { Database } from '../../../../src/platform/storage/database.js';
import { TokensStore } from '../../../../src/tokens/tokens.store.js';
import {
  dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../../postgres/test-storage.js';
import { callContext } from '../../../unit/audit/audit-builders.js';
import { ManualClock } from '../../../unit/auth/manual-clock.js';
import { rowIntegrity, rowKeyOf } from '../../../unit/encryption/row-integrity.builder.js';
import { tokenRecord } from '../../../unit/tokens/domain/token.builder.js';

const TOKEN = tokenRecord({ expiresAtMs: 1e13, scope: { namespaces: ['pay'] } });

describe.each(dialects)('whoever writes the database %s', (dialect) => {
  let storage: TestStorage;
  let place: TestDatabase;
  let database: Database;
  let tokens: TokensStore;
  const alarms: string[] = [];

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });
  afterAll(() => storage.stop());

  beforeEach(async () => {
    place = await storage.create();
    database = await place.open();
    alarms.length = 0;
    tokens = new TokensStore(database, rowIntegrity(alarms));
  });
  afterEach(async () => {
    await database.close();
    await place.remove();
  });

  it('makes no token: neither by hand nor from one of another gateway', async () => {
    await tokens.insert(TOKEN);
    await place.run(`INSERT INTO access_tokens (id, secret_hash, description, owner_username,
      owner_uid, subject, acting, scope, namespaces, parent_id, created_ms, expires_ms, mac)
      SELECT 'BBBBBBBBBBBBBBBB', secret_hash, description, owner_username, owner_uid,
        '{"kind":"user","username":"admin","uid":"","groups":[],"extra":{}}', acting, '{}', NULL,
        parent_id, created_ms, expires_ms, mac FROM access_tokens`);
    const elsewhere = new TokensStore(database, rowIntegrity([], 8));
    await elsewhere.insert({ ...TOKEN, id: 'C'.repeat(16) });
    expect(await tokens.find(TOKEN.id)).toMatchObject({ id: TOKEN.id, scope: TOKEN.scope });
    for (const id of ['B', 'C'].map((letter) => letter.repeat(16))) {
      expect(await tokens.find(id)).toBeUndefined();
      expect(await tokens.findOrRevoked(id)).toBeUndefined();
    }
    const all = await tokens.list({ kind: 'all' }, { limit: 10, nowMs: 0 });
    expect(all.map(({ id }) => id)).toEqual(['A'.repeat(16)]);
    expect(alarms).toHaveLength(2);
  });

  it('hides no token from a list by rows of others', async () => {
    const idOf = (index: number) => String(index).padStart(16, '0');
    const elsewhere = new TokensStore(database, rowIntegrity([], 8));
    for (let index = 0; index < 30; index += 1) {
      const createdAtMs = index;
      const isOurs = index % 10 === 0;
      await (isOurs ? tokens : elsewhere).insert({ ...TOKEN, id: idOf(index), createdAtMs });
    }
    const page = await tokens.list({ kind: 'all' }, { limit: 2, nowMs: 0 });
    expect(page.map(({ id }) => id)).toEqual([idOf(20), idOf(10)]);
  });

  it('of a token that a crash left half revoked is not told that it has ended', async () => {
    await tokens.insert(TOKEN);
    await place.run('CREATE TABLE kept AS SELECT * FROM access_tokens');
    await tokens.revoke(TOKEN.id, { lastUsedAtMs: undefined, nowMs: 6 });
    await place.run('INSERT INTO access_tokens SELECT * FROM kept');
    expect(await tokens.findOrRevoked(TOKEN.id)).toMatchObject({ isRevoked: false });
  });

  const changes: readonly (readonly [string, string])[] = [
    ['expires_ms', '10000000000001'],
    ['created_ms', '1'],
    ['subject', `'{"kind":"user","username":"root","uid":"","groups":[],"extra":{}}'`],
    ['scope', `'{}'`],
    ['namespaces', 'NULL'],
    ['acting', `'[{}]'`],
    ['owner_username', `'bob'`],
    ['owner_uid', `'u2'`],
    ['description', `'another'`],
    ['parent_id', `'BBBBBBBBBBBBBBBB'`],
    ['secret_hash', dialect === 'sqlite' ? `x'${'01'.repeat(32)}'` : `'\\x${'01'.repeat(32)}'`],
    ['mac', 'NULL'],
  ];

  it.each(changes)('changes no token: %s', async (column, value) => {
    await tokens.insert(TOKEN);
    await place.run(`UPDATE access_tokens SET ${column} = ${value}`);
    expect(await tokens.find(TOKEN.id)).toBeUndefined();
    expect(alarms).toEqual([expect.stringContaining(`access_tokens "${TOKEN.id}"`)]);
  });

  it('changes nothing of a token that is revoked', async () => {
    await tokens.insert(TOKEN);
    await tokens.revoke(TOKEN.id, { lastUsedAtMs: 5, nowMs: 6 });
    expect(await tokens.findOrRevoked(TOKEN.id)).toMatchObject({
      isRevoked: true,
      record: { lastUsedAtMs: 5 },
    });
    await place.run(`UPDATE revoked_tokens SET parent_id = 'BBBBBBBBBBBBBBBB'`);
    expect(await tokens.findOrRevoked(TOKEN.id)).toBeUndefined();
    expect(await tokens.comesFrom(TOKEN.id, 'B'.repeat(16))).toBe(false);
    expect(alarms).toHaveLength(1);
  });

  it('answers no keyed write: a record of others counts as a run of which nobody knows', async () => {
    const clock = new ManualClock();
    const store = new IdempotencyStore(database, rowIntegrity(alarms));
    const key = new FingerprintKey(rowKeyOf());
    const service = new IdempotencyService(store, key, clock);
    const runs: boolean[] = [];
    const request = {
      ...{ route: 'PUT secret', key: 'k', fingerprintInput: 'body' },
      effect: async ({ afterUnknown }: { readonly afterUnknown: boolean }) => {
        runs.push(afterUnknown);
        return { status: 201, body: { version: 1 } };
      },
    };
    await service.run(callContext(), request);
    expect(await service.run(callContext(), request)).toMatchObject({ isReplay: true });
    await place.run(
      `UPDATE idempotency_records SET answer = '{"status":200,"body":{"version":9}}'`,
    );
    const again = await service.run(callContext(), request);
    expect(again).toMatchObject({ isReplay: false, body: { version: 1 } });
    expect(runs).toEqual([false, true]);
    expect(alarms).toEqual([expect.stringContaining('idempotency_records')]);
    expect(await service.run(callContext(), request)).toMatchObject({ isReplay: true });
  });
});
