import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type FileIdentity, identityOf } from './file-identity.js';
import { StorageError, toStorageError } from './storage-error.js';

const BUSY_TIMEOUT_MS = 1_000;
/** SQLite's numbers. https://www.sqlite.org/pragma.html#pragma_synchronous */
const SYNCHRONOUS = { normal: 1, full: 2 } as const;

/** Returns the path of the database in a data folder. */
export function databasePath(dataDir: string): string {
  return join(dataDir, 'sallyport.db');
}

export interface OpenWish {
  /** `full` if absent. */
  readonly synchronous?: keyof typeof SYNCHRONOUS;
  /** The file that it must be; by default, any. */
  readonly identity?: FileIdentity | undefined;
}

/**
 * Opens the database file, created with mode 0600 if absent. A commit then means fsync (`full`), or
 * a crash loses only the last commits (`normal`). Throws StorageError if that is impossible, also
 * if the file is damaged or another file.
 */
export function openDatabase(
  path: string,
  { synchronous = 'full', identity }: OpenWish = {},
): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    createPrivately(path);
    database = new DatabaseSync(path);
    // Before its first statement: from then on, SQLite uses the file with the existing log.
    if (identity !== undefined && identityOf(path) !== identity) {
      throw new StorageError(`the database ${path} was replaced by another file`);
    }
    configure(database, synchronous);
    // Finds damage, and makes SQLite open its write-ahead log, whose identity callers record.
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return database;
  } catch (error) {
    database?.close();
    throw toStorageError(path, error);
  }
}

/** Creates the folder (0700), and waits until its entry is on disk. */
export function createDataDir(dataDir: string): void {
  const made = makeFolders(dataDir);
  if (made === undefined) return;
  chmodSync(dataDir, 0o700);
  syncDirectory(dirname(made));
}

/**
 * Returns the first folder that had to be created. Does not use `recursive`, which never returns if
 * the file system reports ENOENT below an existing folder, as `/proc` does.
 */
function makeFolders(path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const made = makeFolders(dirname(path));
  mkdirSync(path, { mode: 0o700 });
  return made ?? path;
}

/** Waits until the entries of a folder are on disk. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function createPrivately(path: string): void {
  try {
    // Exclusive, since closing any descriptor of a file that SQLite has open drops SQLite's locks.
    // https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
    closeSync(openSync(path, 'wx', 0o600));
    syncDirectory(dirname(path));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  if (statSync(path).uid === process.getuid?.()) chmodSync(path, 0o600);
}

function configure(database: DatabaseSync, synchronous: keyof typeof SYNCHRONOUS): void {
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON`,
  );
  // Deleted data is overwritten. https://www.sqlite.org/pragma.html#pragma_secure_delete
  database.exec('PRAGMA secure_delete = ON');
  demand(database, 'journal_mode', 'wal');
  demand(database, 'synchronous', SYNCHRONOUS[synchronous]);
  demand(database, 'foreign_keys', 1);
  demand(database, 'secure_delete', 1);
}

/** Sets a pragma and checks it: SQLite silently does something else if it cannot honour it. */
function demand(database: DatabaseSync, pragma: string, wanted: string | number): void {
  const row = database.prepare(`PRAGMA ${pragma}`).get();
  const value = row === undefined ? undefined : Object.values(row)[0];
  if (value !== wanted) {
    throw new StorageError(`the database has ${pragma}=${String(value)}, but needs ${wanted}`);
  }
}
