import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FingerprintKey } from '../../../../src/platform/idempotency/fingerprint-key.js';
import { IdempotencyStore } from '../../../../src/platform/idempotency/idempotency.store.js';
import { PostgresDatabase } from '../../../../src/platform/storage/postgres/postgres-database.js';
import { lockHead } from '../../../../src/platform/storage/lock-head.js';
import { TokensStore } from '../../../../src/tokens/tokens.store.js';
import { openVersionsStore } from '../../../../src/versions/open-versions-store.js';
import { PostgresServer, type TestRole } from '../../../postgres/postgres-server.js';
import { auditOver, entry } from '../../audit/audit-fixture.js';
import { record, replicaOver } from '../../rotation/store/rotation-fixture.js';
import { newRun } from '../../../unit/rotation/store/run.builder.js';
import { OutboxRows } from '../../../../src/rotation/store/outbox-rows.js';
import { tokenRecord } from '../../../unit/tokens/domain/token.builder.js';
import { newVersion } from '../../../unit/versions/domain/version.builder.js';
import {
  rowIntegrity,
  sealedRows,
  rowKeyOf,
} from '../../../unit/encryption/row-integrity.builder.js';

const rolesSql = readFileSync(
  new URL('../../../../deploy/postgres/roles.sql', import.meta.url),
  'utf8',
);

describe('with the roles of deploy/postgres/roles.sql', () => {
  let server: PostgresServer;
  let url: string;
  let owner: TestRole;
  let runtime: TestRole;
  let pruner: TestRole;

  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.stop());

  beforeEach(async () => {
    url = await server.createDatabase();
    await server.run(rolesSql, url);
    owner = await server.createRole('sallyport_owner');
    runtime = await server.createRole('sallyport_runtime');
    pruner = await server.createRole('sallyport_pruner');
  });

  /** As the page says: the owner's first start, and the rights after it. */
  async function prepare(): Promise<void> {
    await (await PostgresDatabase.open(owner.url(url))).close();
    await server.run(rolesSql, url);
  }

  it('a gateway says what to do where the schema is not there yet, or not for it', async () => {
    const sentence = /is not prepared for this role: start the gateway once as the role that owns/;
    await expect(PostgresDatabase.open(runtime.url(url))).rejects.toThrow(sentence);
    await (await PostgresDatabase.open(owner.url(url))).close();
    await expect(PostgresDatabase.open(runtime.url(url))).rejects.toThrow(sentence);
    await server.run(rolesSql, url);
    await (await PostgresDatabase.open(runtime.url(url))).close();
  });

  it('a gateway does all of its work', async () => {
    await prepare();
    const audit = auditOver(await PostgresDatabase.open(runtime.url(url)));
    await audit.ready();
    const { database } = audit;
    const callIndex = await audit.writer.append(entry({ stage: 'intent' }));
    await audit.writer.append(entry({ stage: 'outcome', callIndex }));
    await audit.writer.check();
    expect((await audit.service.list({})).items).toHaveLength(1);
    await database.query((db) => db.transaction().execute((transaction) => lockHead(transaction)));

    const tokens = new TokensStore(database, rowIntegrity());
    await tokens.insert(tokenRecord({ id: 'parent' }));
    await tokens.insert(tokenRecord({ id: 'child', parentId: 'parent' }));
    await tokens.used(new Map([['child', 7]]));
    expect(await tokens.remove('parent')).toHaveLength(2);

    const records = new IdempotencyStore(database, rowIntegrity());
    const slot = { credentialId: 'c', route: 'r', key: 'k' };
    const fingerprint = new FingerprintKey(rowKeyOf()).fingerprint('x');
    const run = { fingerprint, state: 'running', bootId: 'b', createdMs: 1 } as const;
    expect(await records.take(slot, run, undefined)).toBe(true);
    await records.conclude(slot, { ...run, state: 'unknown' });
    expect(await records.purge(2, 10)).toBe(1);
    await audit.close();
  });

  it('a gateway rotates, and tells of it', async () => {
    await prepare();
    const database = await PostgresDatabase.open(runtime.url(url));
    const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-roles-'));
    const replica = await replicaOver(database, dataDir);
    try {
      const { store } = replica;
      const begun = newRun();
      await store.begin(begun, record());
      const claimed = await store.claim(begun.id);
      if (claimed === undefined) throw new Error('not claimed');
      const values = { body: {}, pending: new Map(), former: new Map() };
      expect(await store.advance(claimed.run, { step: 'set' }, record(), values)).toBe(true);
      await store.saveSchedule('p', { scheduleHash: 'h', nextRunMs: 1, lastDueMs: null });
      await store.removePolicy('p');
      const run = { ...claimed.run, state: 'failed' as const, endedMs: 1 };
      const told = { ...record(), notification: { type: 'rotation.failed' as const, run } };
      const end = { state: 'failed' as const, endedMs: 1 };
      expect(await store.advance({ ...claimed.run, step: 'set' }, end, told)).toBe(true);
      const rows = new OutboxRows(database, replica.integrity);
      const [taken] = await rows.take(1);
      if (taken === undefined) throw new Error('nothing to tell');
      await rows.remove(taken);
      await store.prune(claimed.run, 0);
      expect(await store.list(claimed.run, { limit: 9 })).toEqual([]);
    } finally {
      await replica.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it('a gateway keeps histories, prunes them and rewraps them', async () => {
    await prepare();
    const database = await PostgresDatabase.open(runtime.url(url));
    const store = openVersionsStore(database, sealedRows());
    const limits = { versionsMax: 2 };
    const versions = [1, 2, 3].map((version) => newVersion(version, { limits }));
    const [first] = versions;
    const results = await store.record(versions, { name: 'secrets', resourceVersion: '1' });
    expect(results.map(({ kind }) => kind)).toEqual(['recorded', 'recorded', 'recorded']);
    const { id = 0 } = (first && (await store.history(first.history))) ?? {};
    expect((await store.list(id, undefined, 9)).items).toHaveLength(2);
    await store.setAlias(id, 'good', 2);
    expect(await store.removeAlias(id, 'good')).toBe(2);
    expect(await store.setState(id, 2, { from: ['live'], to: 'destroyed', nowMs: 1 })).toBe(true);
    const rows = await store.wrappedOtherwise('key-2', { historyId: 0, version: 0 }, 9);
    const wrappedKey = Uint8Array.of(1);
    const rewrapped = rows.flatMap(({ historyId, version, payload }) =>
      payload === undefined
        ? []
        : [{ historyId, version, keyId: 'key-2', wrappedKey, from: payload }],
    );
    expect(await store.rewrap(rewrapped)).toBe(1);
    await database.query((db) =>
      db
        .insertInto('encryption_keys')
        .values({
          id: 'key-2',
          provider: 'file',
          state: 'active',
          created_ms: 1,
          wraps: 1,
          canary: wrappedKey,
          wrapped: null,
        })
        .execute(),
    );
    await database.query((db) =>
      db.updateTable('encryption_keys').set({ state: 'decrypt-only' }).execute(),
    );
    await database.close();
  });

  it.each([
    'UPDATE audit_entries SET code = 1',
    'DELETE FROM audit_entries',
    'TRUNCATE audit_entries',
    "UPDATE audit_names SET name = ''",
    'DELETE FROM audit_names',
    'UPDATE audit_head SET pruned_below = 0',
    'DELETE FROM audit_head',
    "UPDATE audit_tiles SET hashes = ''",
    'UPDATE audit_checkpoints SET size = 0',
    'TRUNCATE audit_checkpoints',
    'UPDATE idempotency_seed SET id = 1',
    'DELETE FROM encryption_keys',
    'TRUNCATE secret_versions',
    'CREATE TABLE mine ()',
    'ALTER TABLE audit_entries DISABLE TRIGGER ALL',
    'DROP TRIGGER audit_pruned ON audit_entries',
  ])('a gateway may not %s', async (statement) => {
    await prepare();
    await expect(server.run(statement, runtime.url(url))).rejects.toThrow(
      /permission denied|must be owner/,
    );
  });

  it('a gateway thins checkpoints, and can delete none that is new or the newest of its hour', async () => {
    await prepare();
    const hourMs = 3_600_000;
    const run = (statement: string) => server.run(statement, runtime.url(url));
    const hours = [0, hourMs - 1, hourMs, Date.now() - 2, Date.now() - 1];
    const rows = hours.map((ms, size) => `(${size}, decode(repeat('00', 32), 'hex'), '', ${ms})`);
    await run(`INSERT INTO audit_checkpoints VALUES ${rows.join(', ')}`);
    await run('DELETE FROM audit_checkpoints WHERE size = 0');
    for (const size of [1, 2, 3, 4]) {
      const deleting = run(`DELETE FROM audit_checkpoints WHERE size = ${size}`);
      await expect(deleting).rejects.toThrow('only thinned');
    }
  });

  it('the pruner takes away what is marked as gone, and no more', async () => {
    await prepare();
    const audit = auditOver(await PostgresDatabase.open(pruner.url(url)));
    await audit.ready();
    await Promise.all(Array.from({ length: 300 }, () => audit.writer.append(entry())));
    await audit.searches.integrated();
    const run = (statement: string) => server.run(statement, pruner.url(url));
    await expect(run('DELETE FROM audit_entries')).rejects.toThrow('from its beginning only');
    await expect(run('UPDATE audit_head SET pruned_below = 512')).rejects.toThrow('check');
    await run('UPDATE audit_head SET pruned_below = 256');
    await run('DELETE FROM audit_names WHERE leaf_index < 256');
    await run('DELETE FROM audit_entries WHERE leaf_index < 256');
    await expect(run('UPDATE audit_head SET pruned_below = 0')).rejects.toThrow('never shrinks');
    expect(await run('SELECT min(leaf_index)::int AS first FROM audit_entries')).toEqual([
      { first: 256 },
    ]);
    await audit.close();
  });
});
