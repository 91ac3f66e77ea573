import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createDataDir, databasePath, syncDirectory } from './open-database.js';
import { StorageError, toStorageError } from './storage-error.js';

const BUSY_TIMEOUT_MS = 10_000;

/**
 * Copies the SQLite file of a data folder, as it is at one moment, into a folder of its own; the
 * gateway may go on meanwhile. Free pages do not come along. Resolves with the path of the copy,
 * which is whole and on disk; throws StorageError, also where one is there already.
 * https://www.sqlite.org/lang_vacuum.html#vacuuminto
 */
export function backUpDatabase(dataDir: string, folder: string): string {
  const source = databasePath(dataDir);
  const target = databasePath(folder);
  const draft = join(folder, '.sallyport.db.draft');
  createDataDir(folder);
  refuseExisting(target);
  try {
    rmSync(draft, { force: true });
    // SQLite writes into a file that is there and empty, so nobody else may ever read it.
    closeSync(openSync(draft, 'wx', 0o600));
    copyInto(source, draft);
    syncFile(draft);
    renameSync(draft, target);
    syncDirectory(folder);
    return target;
  } catch (error) {
    rmSync(draft, { force: true });
    throw toStorageError(source, error);
  }
}

function refuseExisting(target: string): void {
  try {
    closeSync(openSync(target, 'r'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw toStorageError(target, error);
  }
  throw new StorageError(`${target} is there already: name a folder that has none`);
}

function copyInto(source: string, draft: string): void {
  const database = new DatabaseSync(source, { readOnly: true });
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.prepare('VACUUM INTO ?').run(draft);
  } finally {
    database.close();
  }
  const copy = new DatabaseSync(draft, { readOnly: true });
  try {
    const verdict = copy.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
    if (verdict !== 'ok') throw new StorageError(`the copy is damaged: ${String(verdict)}`);
  } finally {
    copy.close();
  }
}

function syncFile(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
