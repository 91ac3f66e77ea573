import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { bounds } from './sandbox-bounds.js';

/** Error of the sandbox's folder; the message is one sentence for the user who started it. */
export class SandboxStorageError extends Error {
  override readonly name = 'SandboxStorageError';
}

// https://www.sqlite.org/rescode.html
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

const folderProblems = new Set(['EACCES', 'EROFS', 'EPERM', 'ENOTDIR']);

const SCHEMA = `
CREATE TABLE IF NOT EXISTS object (
  resource TEXT NOT NULL,
  path TEXT NOT NULL,
  revision INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (resource, path)
);
CREATE TABLE IF NOT EXISTS change (
  revision INTEGER PRIMARY KEY,
  resource TEXT NOT NULL,
  path TEXT NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  previous TEXT,
  at_ms INTEGER NOT NULL
);
`;

/**
 * Opens or creates the database of a sandbox, and locks it against other processes. Each write
 * reaches the operating system before the response: a killed process loses nothing, a power failure
 * may lose the last writes. Throws SandboxStorageError.
 */
export function openSandboxDatabase(dataDir: string): DatabaseSync {
  const path = databasePath(dataDir);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // The file is created here, so that other users can never read it.
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
    const database = new DatabaseSync(path);
    try {
      prepare(database);
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  } catch (error) {
    throw storageError(dataDir, error);
  }
}

/** Converts an error of the database or the folder to one sentence; returns others unchanged. */
export function toSandboxStorageError(dataDir: string, error: unknown): unknown {
  const { code = '', errcode } = error as { readonly code?: string; readonly errcode?: number };
  const isAboutStorage = errcode !== undefined || folderProblems.has(code) || isDiskFull(error);
  return isAboutStorage ? storageError(dataDir, error) : error;
}

function storageError(dataDir: string, error: unknown): SandboxStorageError {
  const sentence = sentenceOf(databasePath(dataDir), dataDir, error);
  return new SandboxStorageError(sentence, { cause: error });
}

/** Reports whether a write failed because the disk is full. */
export function isDiskFull(error: unknown): boolean {
  const { code, errcode } = error as { readonly code?: string; readonly errcode?: number };
  return code === 'ENOSPC' || errcode === SQLITE_FULL;
}

function databasePath(dataDir: string): string {
  return join(dataDir, 'objects.db');
}

function prepare(database: DatabaseSync): void {
  // This precedes the journal mode, so that SQLite creates no shared-memory file.
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = NORMAL');
  database.exec(`PRAGMA cache_size = -${bounds.sqliteCacheKibMax}`);
  database.exec(SCHEMA);
  const { quick_check: result } = database.prepare('PRAGMA quick_check(1)').get() ?? {};
  if (result !== 'ok') throw new Error(`database disk image is malformed: ${String(result)}`);
}

function sentenceOf(path: string, dataDir: string, error: unknown): string {
  const { code, message, errcode } = error as NodeJS.ErrnoException & { errcode?: number };
  if (folderProblems.has(code ?? '')) {
    return `the folder ${dataDir} of the sandbox cannot be written: ${message}`;
  }
  if (isDiskFull(error)) return `no space is left for the sandbox in ${dataDir}`;
  if (errcode === SQLITE_BUSY) return `another sandbox uses ${path}`;
  if (
    errcode === SQLITE_CORRUPT ||
    errcode === SQLITE_NOTADB ||
    /malformed|not a database/.test(message)
  ) {
    return `the sandbox database ${path} is damaged: ${message}; --reset starts with an empty one`;
  }
  return `the sandbox database ${path} cannot be used: ${message}`;
}
