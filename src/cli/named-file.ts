import { UnfitFile, readBoundedFile } from '../platform/storage/bounded-file.js';
import { UsageError } from './command.js';

/** Returns the text of a file in an argument; throws UsageError if it must not be read. */
export function readNamedFile(path: string, bytesMax: number): string {
  try {
    return readBoundedFile(path, { bytesMax }).toString('utf8');
  } catch (error) {
    if (error instanceof UnfitFile) throw new UsageError(`${path} ${error.message}`);
    throw error;
  }
}
