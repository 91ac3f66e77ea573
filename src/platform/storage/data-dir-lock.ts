import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StorageError, toStorageError } from './storage-error.js';
import { createDataDir } from './open-database.js';

const SQLITE_BUSY = 5;

/**
 * Lock of a data folder for one process. It is SQLite's own lock on an empty database, a lock of
 * the operating system. It ends with the process in every case, so it is never stale.
 */
export class DataDirLock {
  readonly #held: DatabaseSync;

  private constructor(held: DatabaseSync) {
    this.#held = held;
  }

  /**
   * Takes the lock. Throws StorageError if another process (or another lock in this process) has
   * locked the folder; the message names the folder `knownAs`.
   */
  static take(dataDir: string, knownAs = dataDir): DataDirLock {
    const path = join(dataDir, 'sallyport.lock');
    let held: DatabaseSync | undefined;
    try {
      createDataDir(dataDir);
      held = new DatabaseSync(path);
      chmodSync(path, 0o600);
      held.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      return new DataDirLock(held);
    } catch (error) {
      held?.close();
      if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) {
        throw new StorageError(
          `another Sallyport process uses the data folder ${knownAs}: stop it, or give this one ` +
            'a folder of its own with SALLYPORT_DATA_DIR',
        );
      }
      throw toStorageError(path, error);
    }
  }

  release(): void {
    if (this.#held.isOpen) this.#held.close();
  }
}
