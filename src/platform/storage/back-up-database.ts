import { closeSync, fsyncSync, lstatSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createDataDir, databasePath, syncDirectory } from './open-database.js';
import { requirePrivateFolder } from './private-folder.js';
import { StorageError, toStorageError } from './storage-error.js';

const BUSY_TIMEOUT_MS = 10_000;

/**
 * Copies the SQLite file of a data folder, at one moment, into a separate folder; the gateway may
 * keep running. Free pages are not copied. Resolves with the path of the copy, complete and on
 * disk. Throws StorageError, also if a copy already exists, or if users other than this user and
 * root may write. https://www.sqlite.org/lang_vacuum.html#vacuuminto
 */
export function backUpDatabase(dataDir: string, folder: string): string {
  const source = databasePath(dataDir);
  const target = databasePath(folder);
  const draft = join(folder, '.sallyport.db.draft');
  makePrivately(folder);
  refuseExisting(target);
  try {
    for (const left of draftsOf(draft)) rmSync(left, { force: true });
    // SQLite writes into an existing, empty file, so that no other user may ever read it.
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

/** Checks in advance too: nothing is created where other users may move it. */
function makePrivately(folder: string): void {
  try {
    requirePrivateFolder(folder);
    createDataDir(folder);
    requirePrivateFolder(folder);
  } catch (error) {
    throw toStorageError(folder, error);
  }
}

/** Returns the files that a crash may leave, with what SQLite would use as its journal. */
function draftsOf(draft: string): readonly string[] {
  return [draft, `${draft}-journal`, `${draft}-wal`, `${draft}-shm`];
}

function refuseExisting(target: string): void {
  try {
    if (lstatSync(target, { throwIfNoEntry: false }) === undefined) return;
  } catch (error) {
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
