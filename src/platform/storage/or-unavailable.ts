import { unavailable } from '../../core/errors/sallyport-error.js';
import { StorageError } from './storage-error.js';

/** Runs a query. Throws Unavailable with this message instead of StorageError. */
export async function orUnavailable<T>(query: () => Promise<T>, message: string): Promise<T> {
  try {
    return await query();
  } catch (cause) {
    if (!(cause instanceof StorageError)) throw cause;
    throw unavailable(message, { cause });
  }
}
