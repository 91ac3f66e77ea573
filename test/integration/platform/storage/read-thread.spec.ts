import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ReadThread } from '../../../../src/platform/storage/read-thread.js';
import { SqliteDatabase } from '../../../../src/platform/storage/sqlite-database.js';
import { StorageError } from '../../../../src/platform/storage/storage-error.js';
import { turnsDuring } from '../../../support/turns-during.js';

let dataDir: string;
let database: SqliteDatabase;
let thread: ReadThread;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sallyport-read-thread-'));
  database = await SqliteDatabase.open(dataDir);
  thread = new ReadThread(database.location, { queryMsMax: 2_000 });
});

afterEach(async () => {
  await thread.close();
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function size(): Promise<number> {
  return thread.query(async (db) => {
    const row = await db.selectFrom('audit_head').select('size').executeTakeFirstOrThrow();
    return row.size;
  });
}

function setSize(to: number): Promise<unknown> {
  return database.query((db) => db.updateTable('audit_head').set({ size: to }).execute());
}

/** Keeps SQLite at work for as long as it takes to count so far. */
function countTo(last: number): Promise<unknown> {
  return thread.query((db) =>
    sql`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${last})
      SELECT max(i) AS last FROM n`.execute(db),
  );
}

it('reads what others have written', async () => {
  expect(await size()).toBe(0);
  await setSize(7);
  expect(await size()).toBe(7);
});

it('gives texts, numbers, bytes and null as the database does', async () => {
  const { rows } = await thread.query((db) =>
    sql`SELECT ${'text\u{10ffff}'} AS text, ${2 ** 40} AS number, ${null} AS absent,
      ${Buffer.from([0, 255])} AS bytes`.execute(db),
  );
  const bytes = new Uint8Array([0, 255]);
  expect(rows).toEqual([{ text: 'text\u{10ffff}', number: 2 ** 40, absent: null, bytes }]);
});

it('holds up nobody while it works', async () => {
  await size();
  const turns = await turnsDuring(() => countTo(600_000));
  // A query in this thread would leave one or two.
  expect(turns).toBeGreaterThan(100);
});

it('gives up a query that takes too long, and answers the next', async () => {
  await expect(countTo(1e12)).rejects.toThrow(StorageError);
  expect(await size()).toBe(0);
});

it('says so where the file is gone, and reads the one that lies there next', async () => {
  expect(await size()).toBe(0);
  const aside = `${database.path}.aside`;
  renameSync(database.path, aside);
  await expect(size()).rejects.toThrow('missing');
  renameSync(aside, database.path);
  expect(await size()).toBe(0);
});

it('passes on what SQLite says of a query that is none', async () => {
  await expect(thread.query((db) => sql`SELECT nonsense`.execute(db))).rejects.toThrow(
    'no such column',
  );
});

it('leaves no query without an answer when it is closed', async () => {
  const left = expect(countTo(1e12)).rejects.toThrow('closed');
  await thread.close();
  await left;
});
