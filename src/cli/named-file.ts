import { UnfitFile, readBoundedFile } from '../platform/storage/bounded-file.js';
import { UsageError } from './command.js';

/** The text of a file that an argument names; throws UsageError for one that is not to be read. */
export function readNamedFile(path: string, bytesMax: number): string {
  try {
    return readBoundedFile(path, { bytesMax }).toString('utf8');
  } catch (error) {
    if (error instanceof UnfitFile) throw new UsageError(`${path} ${error.message}`);
    throw error;
  }
}
