/** The database cannot be used; the message is a sentence for operators. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

/** The contents of the file are not what was written. */
export class DamagedStorage extends StorageError {}

const DAMAGED = new Set([11, 26]);

/** Converts SQLite's error to a sentence that names what to do. */
export function toStorageError(path: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (DAMAGED.has(primaryCode(error))) {
    return new DamagedStorage(
      `the database ${path} is damaged (${text}): restore it from a backup, or move it away to ` +
        'begin an empty one',
      { cause: error },
    );
  }
  return new StorageError(`the database ${path} cannot be used: ${text}`, { cause: error });
}

/** Returns SQLite's primary result code (low byte), or 0. https://www.sqlite.org/rescode.html */
function primaryCode(error: unknown): number {
  const code: unknown = error instanceof Error && 'errcode' in error ? error.errcode : 0;
  return typeof code === 'number' ? code & 0xff : 0;
}
