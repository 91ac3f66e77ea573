import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Database } from '../../src/storage/database.js';
import { databasePath } from '../../src/storage/open-database.js';
import { PostgresDatabase } from '../../src/storage/postgres/postgres-database.js';
import { SqliteDatabase } from '../../src/storage/sqlite-database.js';
import { PostgresServer } from './postgres-server.js';

/** For `describe.each`: what is promised of the database is promised of both. */
export const dialects = ['sqlite', 'postgres'] as const;

/** A place for databases of one kind; `stop` ends whatever it takes. */
export interface TestStorage {
  create(): Promise<TestDatabase>;
  stop(): Promise<void>;
}

/** One database, empty at first. */
export interface TestDatabase {
  /** Opens it as a gateway does. SQLite is open once at a time. */
  open(): Promise<Database>;
  /** Runs statements past the gateway; returns the rows of the last one. */
  run(sql: string): Promise<readonly Record<string, unknown>[]>;
  remove(): Promise<void>;
}

export async function startStorage(dialect: (typeof dialects)[number]): Promise<TestStorage> {
  if (dialect === 'sqlite') return { create: createFile, stop: () => Promise.resolve() };
  const server = await PostgresServer.start();
  return { create: () => createOn(server), stop: () => server.stop() };
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

async function createOn(server: PostgresServer): Promise<TestDatabase> {
  const url = await server.createDatabase();
  return {
    open: () => PostgresDatabase.open(url),
    run: (sql) => server.run(sql, url),
    // It goes with the server.
    remove: () => Promise.resolve(),
  };
}
