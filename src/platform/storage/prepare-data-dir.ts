import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkWritable } from './file-identity.js';
import { createDataDir } from './open-database.js';
import { StorageError } from './storage-error.js';

const ADVICE = 'name another with SALLYPORT_DATA_DIR';

/** Creates the folder if it is absent; throws StorageError if it is unavailable or not writable. */
export function prepareDataDir(dataDir: string): void {
  try {
    createDataDir(dataDir);
    checkWritable(dataDir);
  } catch (error) {
    const file = fileInTheWay(dataDir);
    if (file !== undefined) {
      const what = file === dataDir ? '' : `cannot be made: ${file} `;
      throw new StorageError(
        `the data folder ${dataDir} ${what}is a file, not a folder: ${ADVICE}`,
      );
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new StorageError(
      `the data folder ${dataDir} cannot be written (${why}): make it one of this user's, or ` +
        ADVICE,
    );
  }
}

/** Returns the part of the path that exists and is not a folder. */
function fileInTheWay(path: string): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined) return found.isDirectory() ? undefined : path;
  } catch {
    // If a parent is not a folder or not accessible, its contents are unknown too.
  }
  return dirname(path) === path ? undefined : fileInTheWay(dirname(path));
}
