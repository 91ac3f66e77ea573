import { AlteredEntries } from '../../../src/audit/altered-entries.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditReader } from '../../../src/audit/audit-reader.js';
import type { AuditFilter } from '../../../src/audit/domain/audit-filter.js';
import type { EntryRows } from '../../../src/audit/domain/entry-rows.js';
import type { Database } from '../../../src/platform/storage/database.js';
import { startStorage, type TestDatabase, type TestStorage } from '../../postgres/test-storage.js';
import { fillLog, generateLog, startMs, stepMs } from './generated-log.js';

const SIZE = 30_000;
const at = (index: number) => startMs + index * stepMs;

const filters: readonly AuditFilter[] = [
  {},
  { namespace: 'shop' },
  { secret: 'tls' },
  { namespace: 'shop', secret: 'tls' },
  { key: 'pin' },
  { user: 'bob' },
  { user: 'job-77' },
  { user: 'job-7*' },
  { user: 'nobody' },
  { group: 'ops' },
  { credential: 'oidc:job-1*' },
  { action: ['secrets.get', 'secrets.up*'] },
  { outcome: 'allowed' },
  { outcome: 'denied' },
  { code: 200 },
  { plane: 'caller' },
  { source: 'cluster' },
  { sourceIp: '10.0.1.1' },
  { mark: '*' },
  { namespace: 'shop', user: 'bob' },
  { user: 'job-77', key: 'pin' },
  { sinceMs: at(15_000) },
  { sinceMs: at(15_000), untilMs: at(16_000) },
  { sinceMs: at(15_000), untilMs: at(20_000), user: 'bob' },
];

/** Entries of indexes and tables that a first page may take, however long the log is. */
const ROWS_MAX = 5_000;

/** Without the writes that have no outcome, each of which every search asks about. */
function concludedRows(): readonly EntryRows[] {
  const { rows, calls } = generateLog(SIZE);
  const open = new Set(
    calls.filter(({ outcome }) => outcome === 'unknown').map(({ leaf }) => leaf),
  );
  return rows.filter(({ entry }) => !open.has(entry.leaf_index));
}

// A server chooses by itself how it finds what it is asked for; SQLite is told.
describe('a first page in PostgreSQL', () => {
  let storage: TestStorage;
  let place: TestDatabase;
  let database: Database;
  const reader = new AuditReader(
    {
      dialect: 'postgres',
      query: (run, pace) => database.query(run, pace),
      upToDate: () => Promise.resolve(),
      integrated: () => Promise.resolve(),
    },
    new AlteredEntries(() => undefined),
  );

  beforeAll(async () => {
    storage = await startStorage('postgres');
    place = await storage.create();
    database = await place.open();
    await fillLog(database, concludedRows());
    await database.close();
    await place.run(`UPDATE audit_head SET size = ${SIZE}`);
    await place.run('VACUUM ANALYZE audit_entries');
    await place.run('VACUUM ANALYZE audit_names');
    // The first look at the log goes through all of it.
    await rowsReadBy(() => reader.openIntents());
  });

  afterAll(async () => {
    await storage.stop();
  });

  it.each(filters)('of %j takes a look at few rows', async (filter) => {
    const rows = await rowsReadBy(() => reader.list(filter, { limit: 50 }));
    expect(rows).toBeLessThan(ROWS_MAX);
  });

  /** Each session tells of its rows when it ends. */
  async function rowsReadBy(job: () => Promise<unknown>): Promise<number> {
    const before = await rowsRead();
    database = await place.open();
    try {
      await job();
    } finally {
      await database.close();
    }
    return (await rowsRead()) - before;
  }

  async function rowsRead(): Promise<number> {
    const [found] = await place.run(`SELECT
      (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname LIKE 'audit_%')
      + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname LIKE 'audit_%') AS rows`);
    return Number(found?.['rows']);
  }
});
