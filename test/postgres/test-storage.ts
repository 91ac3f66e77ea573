import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Database } from '../../src/platform/storage/database.js';
import { databasePath } from '../../src/platform/storage/open-database.js';
import { PostgresDatabase } from '../../src/platform/storage/postgres/postgres-database.js';
import { SqliteDatabase } from '../../src/platform/storage/sqlite-database.js';
import { PostgresServer } from './postgres-server.js';

/** For `describe.each`: what is promised of the database is promised of both. */
export const dialects = ['sqlite', 'postgres'] as const;

/** A place for databases of one kind; `stop` ends whatever it takes. */
export interface TestStorage {
  create(): Promise<TestDatabase>;
  stop(): Promise<void>;
}

/** One database, without rows at first. */
export interface TestDatabase {
  /** Opens it as a gateway does. SQLite is open once at a time. */
  open(): Promise<Database>;
  /** Runs statements past the gateway; returns the rows of the last one. */
  run(sql: string): Promise<readonly Record<string, unknown>[]>;
  remove(): Promise<void>;
}

export async function startStorage(dialect: (typeof dialects)[number]): Promise<TestStorage> {
  if (dialect === 'sqlite') return { create: createFile, stop: () => Promise.resolve() };
  const { server, template } = await (shared ??= startShared());
  return { create: () => createOn(server, template), stop: stopWhereFull };
}

/** Storage with tables, for one spec of this process after the other; it ends with the process. */
interface SharedServer {
  readonly server: PostgresServer;
  /** A database with all tables, to be copied. */
  readonly template: string;
}

/** Of about 10 MB each. */
const DATABASES_PER_SERVER_MAX = 60;

let shared: Promise<SharedServer> | undefined;
let databases = 0;

async function startShared(): Promise<SharedServer> {
  const server = await PostgresServer.start();
  const template = await server.createDatabase();
  const database = await PostgresDatabase.open(template);
  await database.close();
  return { server, template: new URL(template).pathname.slice(1) };
}

async function stopWhereFull(): Promise<void> {
  if (databases < DATABASES_PER_SERVER_MAX) return;
  const full = shared;
  shared = undefined;
  databases = 0;
  await (await full)?.server.stop();
}

function createFile(): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-storage-'));
  return Promise.resolve({
    open: () => SqliteDatabase.open(dataDir),
    run: async (sql) => runOnFile(databasePath(dataDir), sql),
    remove: () => Promise.resolve(rmSync(dataDir, { recursive: true, force: true })),
  });
}

function runOnFile(path: string, sql: string): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(path);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

async function createOn(server: PostgresServer, template: string): Promise<TestDatabase> {
  databases += 1;
  const url = await server.createDatabase(template);
  return {
    open: () => PostgresDatabase.open(url),
    run: (sql) => server.run(sql, url),
    // It goes with the server.
    remove: () => Promise.resolve(),
  };
}
