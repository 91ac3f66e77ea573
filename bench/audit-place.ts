import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { LogKeyFile } from '../src/audit/log/log-key-file.js';
import type { Database } from '../src/platform/storage/database.js';
import { databasePath } from '../src/platform/storage/open-database.js';
import { PostgresDatabase } from '../src/platform/storage/postgres/postgres-database.js';
import { SqliteDatabase } from '../src/platform/storage/sqlite-database.js';
import { generatedRows } from './audit-events.js';
import { fillPostgres } from './audit-fill-postgres.js';
import { fillSqlite } from './audit-fill.js';
import { report } from './audit-report.js';

export interface PlaceWish {
  /** How many the log is filled with, unless it has been. */
  readonly events: number;
  /** A folder that keeps the SQLite database from one run to the next. */
  readonly folder?: string | undefined;
  /** A PostgreSQL database in place of SQLite, which stays: `postgres://…`. */
  readonly url?: string | undefined;
}

/** A filled log, open. */
export interface Place {
  readonly database: Database;
  readonly keyFile: LogKeyFile;
  /** For files of the benchmark's own; goes with the place. */
  readonly scratch: string;
  close(): Promise<void>;
}

/** Opens the log that is searched, where it lies, and fills it once. */
export async function openPlace({ events, folder, url }: PlaceWish): Promise<Place> {
  const scratch = mkdtempSync(join(tmpdir(), 'sallyport-bench-audit-'));
  const dataDir = folder ?? scratch;
  try {
    const startedAt = performance.now();
    mkdirSync(dataDir, { recursive: true });
    const database = await (url === undefined ? filledFile(dataDir, events) : filled(url, events));
    const size = await sizeOf(database);
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    report(database.dialect, `${size} entries, ready after ${seconds} s`);
    return {
      database,
      keyFile: keyIn(dataDir),
      scratch,
      close: async () => {
        await database.close();
        rmSync(scratch, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    throw error;
  }
}

/**
 * The same of a log that goes with the benchmark: in a temporary folder, or in a database that is
 * made beside that of the URL, whose role must be allowed to.
 */
export async function openThrowaway({ events, url }: Omit<PlaceWish, 'folder'>): Promise<Place> {
  if (url === undefined) return openPlace({ events });
  const name = `sallyport_bench_${randomUUID().replaceAll('-', '')}`;
  await run(url, `CREATE DATABASE ${name}`);
  const drop = () => run(url, `DROP DATABASE ${name} WITH (FORCE)`);
  try {
    const beside = new URL(url);
    beside.pathname = `/${name}`;
    const place = await openPlace({ events, url: beside.href });
    return { ...place, close: () => place.close().finally(drop) };
  } catch (error) {
    await drop();
    throw error;
  }
}

export async function sizeOf(database: Database): Promise<number> {
  const row = await database.query((db) =>
    db.selectFrom('audit_head').select('size').executeTakeFirstOrThrow(),
  );
  return row.size;
}

async function filledFile(dataDir: string, events: number): Promise<Database> {
  const path = databasePath(dataDir);
  if (!existsSync(path)) {
    // Makes the tables.
    await (await SqliteDatabase.open(dataDir)).close();
    fillSqlite(path, generatedRows(events));
    // Else the first commits that are timed would wait for all of it.
    const descriptor = openSync(path, 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
  }
  return SqliteDatabase.open(dataDir);
}

async function filled(url: string, events: number): Promise<Database> {
  const database = await PostgresDatabase.open(url);
  if ((await sizeOf(database)) > 0) return database;
  await fillPostgres(url, generatedRows(events)).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  return database;
}

function keyIn(dataDir: string): LogKeyFile {
  const keyFile = new LogKeyFile({ path: LogKeyFile.defaultPath(dataDir), origin: 'log.bench' });
  if (!keyFile.isThere) keyFile.create();
  return keyFile;
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
