import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntryPlace } from '../../../../src/audit/domain/entry-place.js';
import { untilIntegrated } from '../../../../src/audit/queue/until-integrated.js';
import { limits } from '../../../../src/core/limits.js';
import { PostgresDatabase } from '../../../../src/platform/storage/postgres/postgres-database.js';
import { TokensStore } from '../../../../src/tokens/tokens.store.js';
import { CuttingProxy } from '../../../postgres/cutting-proxy.js';
import { PostgresServer } from '../../../postgres/postgres-server.js';
import { scaled } from '../../../support/scale.js';
import {
  type AuditFixture,
  auditOver,
  entry,
  leafIndexesOf,
  readOnce,
} from '../../audit/audit-fixture.js';
import { rowIntegrity } from '../../../unit/encryption/row-integrity.builder.js';

/** A change that is made each time. */
const change = {
  key: 'p',
  guard: { sql: 'UPDATE audit_head SET id = 1', parameters: [] },
  rest: [],
};
const unavailable = { code: 'Unavailable', status: 503, headers: { 'retry-after': '1' } };

describe('an audit log in PostgreSQL that cannot be written refuses in time, and resumes', () => {
  let server: PostgresServer;
  let url: string;
  let audit: AuditFixture;

  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.stop());

  beforeEach(async () => {
    url = await server.createDatabase();
    audit = auditOver(await PostgresDatabase.open(url));
    await audit.ready();
    for (let i = 0; i < 20; i += 1) await readOnce(audit);
  });
  afterEach(() => audit.close());

  /** What becomes of so many reads at once, each decided in time. */
  async function reads(count: number): Promise<{ answered: number; refused: number }> {
    const one = async () => {
      const startedAtMs = performance.now();
      const error: unknown = await readOnce(audit).catch((caught: unknown) => caught);
      expect(performance.now() - startedAtMs).toBeLessThan(limits.auditWaitMsMax);
      if (typeof error === 'string') return true;
      expect(error).toMatchObject(unavailable);
      return false;
    };
    const fates = await Promise.all(Array.from({ length: count }, one));
    const answered = fates.filter(Boolean).length;
    return { answered, refused: count - answered };
  }

  /** A rejection that is not long in coming. */
  async function inTime(run: () => Promise<unknown>): Promise<void> {
    const startedAtMs = performance.now();
    await expect(run()).rejects.toThrow('cannot be used');
    expect(performance.now() - startedAtMs).toBeLessThan(limits.auditWaitMsMax);
  }

  /** Entries and head agree, without a gap; all that was queued is among them. */
  async function size(): Promise<number> {
    const isIntegrated = () =>
      untilIntegrated(audit.database).then(
        () => true,
        () => false,
      );
    await expect.poll(isIntegrated, { timeout: 20_000 }).toBe(true);
    const [row] = await server.run(
      `SELECT size::int, count(leaf_index)::int AS entries, max(leaf_index)::int + 1 AS next
        FROM audit_head LEFT JOIN audit_entries ON true GROUP BY size`,
      url,
    );
    expect(row).toEqual({ size: row?.['size'], entries: row?.['size'], next: row?.['size'] });
    return Number(row?.['size']);
  }

  const recovered = () =>
    expect.poll(() => readOnce(audit).catch(() => 'refused'), { timeout: 5_000 }).toBe('value');

  it('when the server hangs', async () => {
    await audit.database.query((db) => sql`SELECT 1`.execute(db), 'work');
    server.pause();
    let refused = 0;
    while (refused < scaled(10_000)) refused += (await reads(scaled(2_500))).refused;
    await expect(audit.service.list({})).rejects.toMatchObject(unavailable);
    await inTime(() => audit.database.query((db) => sql`SELECT 1`.execute(db), 'work'));
    await expect(new TokensStore(audit.database, rowIntegrity()).find('x')).rejects.toThrow(
      'cannot be used',
    );
    expect(audit.writer.isHealthy).toBe(false);
    server.resume();
    await recovered();
    expect(audit.writer.isHealthy).toBe(true);
    expect(audit.alarms.map((alarm) => alarm.slice(0, 31))).toEqual([
      'the audit log cannot be written',
      'the audit log is written again',
    ]);
    // What was in flight when it hung may have been committed since, and was refused all the same.
    expect(await size()).toBeLessThan(21 + limits.auditBatchEventsMax + 1);
  });

  it('when the server dies under load, and keeps every entry that it had answered', async () => {
    const answered: EntryPlace[] = [];
    const load = Array.from({ length: 64 }, async () => {
      for (;;) {
        const place = await audit.writer.append(entry()).catch(() => undefined);
        if (place === undefined) return;
        answered.push(place);
      }
    });
    await expect.poll(() => answered.length).toBeGreaterThan(500);
    await server.crash();
    await Promise.all(load);
    await recovered();
    const entries = await size();
    const indexes = await leafIndexesOf(audit, answered);
    expect(indexes.filter((index) => index >= entries)).toEqual([]);
    expect(new Set(indexes).size).toBe(answered.length);
  });

  it('when its connection is ended by somebody', async () => {
    await server.run(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'sallyport' AND datname = current_database()`,
      url,
    );
    await recovered();
    expect(await size()).toBe(21);
    await expect(audit.service.list({})).resolves.toMatchObject({ items: { length: 21 } });
  });

  it.each([
    ['of its only statement', 'WITH settings', false],
    ['to its commit', 'COMMIT', true],
  ] as const)(
    'when the answer %s gets lost: refused, there, and never written twice',
    async (_which, text, hasChange) => {
      const proxy = await CuttingProxy.start(url);
      const other = auditOver(await PostgresDatabase.open(proxy.url(url)));
      await other.ready();
      const append = (auditId: string) =>
        hasChange
          ? other.writer.commit({ ...entry({ ctx: { auditId } }), change })
          : other.writer.append(entry({ ctx: { auditId } }));
      const from = await size();
      await append('first');
      proxy.cutAfter(text);
      await expect(append('lost')).rejects.toThrow('cannot be used');
      await append('next');
      await untilIntegrated(audit.database);
      await other.close();
      await proxy.stop();
      const rows = await server.run(
        `SELECT audit_id FROM audit_entries WHERE leaf_index >= ${from} ORDER BY leaf_index`,
        url,
      );
      expect(rows.map((row) => row['audit_id'])).toEqual(['first', 'lost', 'next']);
      expect(await size()).toBe(from + 3);
    },
  );

  it('while commits would not be durable', async () => {
    await server.set('fsync', 'off');
    expect((await reads(10)).refused).toBe(10);
    expect(audit.alarms.join()).toContain('commits are not durable any more: fsync=off');
    await server.set('fsync', 'on');
    await recovered();
    expect(await size()).toBe(21);
  });

  it('when entries are missing', async () => {
    expect(await size()).toBe(20);
    await server.run('ALTER TABLE audit_entries DISABLE TRIGGER ALL', url);
    await server.run('DELETE FROM audit_entries WHERE leaf_index = 19', url);
    await audit.close();
    audit = auditOver(await PostgresDatabase.open(url));
    expect((await reads(3)).refused).toBe(3);
    expect(audit.alarms.join()).toContain(
      'the audit log is damaged: 19 entries where 20 should be',
    );
  });

  it('when entries are gone that it has written, until an operator accepts that', async () => {
    expect(await size()).toBe(20);
    for (const table of ['audit_head', 'audit_entries', 'audit_names']) {
      await server.run(`ALTER TABLE ${table} DISABLE TRIGGER ALL`, url);
    }
    await server.run(
      `BEGIN; DELETE FROM audit_entries WHERE leaf_index >= 10;
        DELETE FROM audit_names WHERE leaf_index >= 10; UPDATE audit_head SET size = 10; COMMIT`,
      url,
    );
    await expect.poll(async () => (await reads(3)).refused).toBe(3);
    expect(audit.alarms.join()).toContain(
      'the audit log was rolled back: 20 entries were written, but only 10 are there',
    );
    audit.writer.forget();
    await recovered();
    expect(await size()).toBeGreaterThan(10);
  });
});
