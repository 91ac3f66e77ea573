import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesAuditEvent } from '../../../../src/audit/domain/kubernetes-event.js';
import { entryRows } from '../../../../src/audit/domain/entry-rows.js';
import { migrations } from '../../../../src/platform/storage/migrations/migrations.js';
import { nodeSqliteDialect } from '../../../../src/platform/storage/node-sqlite.js';
import {
  createDataDir,
  databasePath,
  openDatabase,
} from '../../../../src/platform/storage/open-database.js';
import { eventOf, type EventWish } from '../../../unit/audit/audit-builders.js';
import { openAudit } from '../../audit/audit-fixture.js';
import { rowMac } from '../../../unit/encryption/row-integrity.builder.js';
import { untilSearchable } from '../../../support/until-searchable.js';

/** A database as the version before a migration made it: that of the transparency log. */
async function oldDatabase(dataDir: string, before = '0004'): Promise<DatabaseSync> {
  createDataDir(dataDir);
  const sqlite = openDatabase(databasePath(dataDir));
  const db = new Kysely<unknown>({ dialect: nodeSqliteDialect(sqlite) });
  const known = Object.entries(migrations).filter(([name]) => name < before);
  const provider = { getMigrations: () => Promise.resolve(Object.fromEntries(known)) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw new Error('the old schema could not be made', { cause: error });
  return sqlite;
}

/** Appends as that version did; returns the event. */
function append(sqlite: DatabaseSync, index: number, wish: EventWish): KubernetesAuditEvent {
  const stage = wish.stage ?? 'single';
  const event = eventOf(wish);
  const json = JSON.stringify(event);
  const { entry } = entryRows({ json, stage }, index, { mac: rowMac() });
  const { call_index: _, source: __, mac: ___, ...row } = entry;
  const columns = Object.keys(row);
  const names = columns.map((name) => `:${name}`).join(', ');
  sqlite
    .prepare(`INSERT INTO audit_entries (${columns.join(', ')}) VALUES (${names})`)
    .run({ ...row });
  if (stage === 'outcome') {
    sqlite
      .prepare(
        `UPDATE audit_entries SET outcome_index = ?, outcome = ?, code = ?
          WHERE audit_id = ? AND stage = 'intent' AND outcome_index IS NULL`,
      )
      .run(index, row.outcome, row.code, row.audit_id);
  }
  sqlite.prepare('UPDATE audit_head SET size = ?').run(index + 1);
  return event;
}

describe('a database of the version before', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sallyport-migration-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('becomes a log in which outcomes point at their intents, and names are found', async () => {
    const sqlite = await oldDatabase(dataDir);
    const write = { ctx: { auditId: 'w' } };
    const odd = { groups: ['a"b', 'c\\d', 'é'] };
    const wishes: EventWish[] = [
      { facts: { keys: ['password', 'user'] } },
      { ...write, stage: 'intent' },
      { facts: { dryRun: true } },
      { ...write, stage: 'outcome', result: { code: 201, upstreamIds: ['u-1', 'u-2'] } },
      { ...write, stage: 'outcome', result: { code: 202 } },
      { ctx: { auditId: 'open' }, stage: 'intent' },
    ];
    const events = wishes.map((wish, index) => append(sqlite, index, wish));
    const last = { ...eventOf(), user: { username: 'x', ...odd } };
    const { entry } = entryRows({ json: JSON.stringify(last), stage: 'single' }, 6, {
      mac: rowMac(),
    });
    const { call_index: _, source: __, mac: ___, ...row } = entry;
    sqlite
      .prepare(
        `INSERT INTO audit_entries (${Object.keys(row).join(', ')})
          VALUES (${Object.keys(row).map((name) => `:${name}`)})`,
      )
      .run({ ...row });
    sqlite.prepare('UPDATE audit_head SET size = 7').run();
    sqlite.close();

    const audit = await openAudit(dataDir);
    const entries = await audit.database.query((db) =>
      db
        .selectFrom('audit_entries')
        .select(['stage', 'call_index', 'source', 'event'])
        .orderBy('leaf_index')
        .execute(),
    );
    expect(entries.map(({ stage, call_index: call }) => [stage, call])).toEqual([
      ['single', 0],
      ['intent', 1],
      ['single', 2],
      ['outcome', 1],
      ['joined', 1],
      ['intent', 5],
      ['single', 6],
    ]);
    expect(
      entries.map(({ event }) => JSON.parse(new TextDecoder().decode(event)) as unknown),
    ).toEqual([...events, last]);
    const { items } = await audit.service.list({});
    expect(items.map(({ id, code }) => [id, code])).toEqual([
      ['6', 200],
      ['5', 0],
      ['2', 200],
      ['1', 201],
      ['0', 200],
    ]);
    await untilSearchable(audit.searches);
    const names = await audit.searches.query((db) =>
      db.selectFrom('audit_names').selectAll().where('kind', '<>', 'group').execute(),
    );
    expect(names.map(({ kind, name, call_index: call }) => [kind, name, call])).toEqual([
      ['key', 'password', 0],
      ['key', 'user', 0],
      ['mark', 'dry-run', 2],
      ['upstream', 'u-1', 1],
      ['upstream', 'u-2', 1],
    ]);
    const groups = await audit.searches.query((db) =>
      db.selectFrom('audit_names').select('name').where('call_index', '=', 6).execute(),
    );
    expect(groups.map(({ name }) => name)).toEqual(odd.groups);
    expect(await audit.writer.append({ json: JSON.stringify(last), stage: 'single' })).toBe(7);
    await audit.close();
  });

  it('finds by their times what came in order, and what came late', async () => {
    const sqlite = await oldDatabase(dataDir, '0009');
    const startMs = Date.parse('2026-01-01T00:00:00Z');
    const hourMs = 3_600_000;
    const insert = (index: number, receivedAtMs: number, nowMs: number) => {
      const json = JSON.stringify(eventOf({ receivedAtMs }));
      const made = entryRows({ json, stage: 'single' }, index, {
        mac: rowMac(),
        nowMs,
      });
      // That version had no MACs.
      const { mac: _, ...entry } = made.entry;
      const into = (table: string, row: object) =>
        sqlite
          .prepare(
            `INSERT INTO ${table} (${Object.keys(row).join(', ')})
              VALUES (${Object.keys(row).map((name) => `:${name}`)})`,
          )
          .run({ ...row } as Record<string, string>);
      into('audit_entries', entry);
      for (const name of made.names) into('audit_names', name);
    };
    for (let index = 0; index < 100; index += 1) {
      const nowMs = startMs + index * hourMs;
      insert(index, index === 90 ? startMs + 10 * hourMs : nowMs, nowMs);
    }
    sqlite.prepare('UPDATE audit_head SET size = 100').run();
    sqlite.close();

    const audit = await openAudit(dataDir);
    const times = { sinceMs: startMs + 9 * hourMs, untilMs: startMs + 11 * hourMs };
    const ids = async () => (await audit.service.list(times)).items.map(({ id }) => id);
    await expect.poll(ids, { timeout: 10_000 }).toEqual(['90', '10', '9']);
    const all = await audit.service.counts({}, 'user', 5);
    expect(all.items).toEqual([{ value: 'alice', count: 100 }]);
    await expect(
      audit.database.query((db) =>
        db.updateTable('audit_entries').set({ stage: 'single' }).execute(),
      ),
    ).rejects.toThrow('never changed');
    await audit.close();
  });

  it('stays as it was where the disk has no room for the change', async () => {
    const sqlite = await oldDatabase(dataDir);
    for (let index = 0; index < 200; index += 1) append(sqlite, index, {});
    const pages = Number(sqlite.prepare('PRAGMA page_count').get()?.['page_count']);
    sqlite.close();
    const full = new DatabaseSync(databasePath(dataDir));
    full.exec(`PRAGMA max_page_count = ${pages + 5}`);
    const db = new Kysely<unknown>({ dialect: nodeSqliteDialect(full) });
    full.exec('BEGIN IMMEDIATE');
    const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
    const { error } = await new Migrator({ db, provider }).migrateToLatest();
    expect(String(error)).toContain('full');
    full.close();

    const audit = await openAudit(dataDir);
    expect(await audit.reader.size()).toBe(200);
    expect((await audit.service.list({})).items[0]?.id).toBe('199');
    await audit.close();
  });
});
