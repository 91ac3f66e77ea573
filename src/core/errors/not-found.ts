import { SallyportError } from './sallyport-error.js';

/** Reports whether something thrown states that an object does not exist. */
export function isNotFound(error: unknown): error is SallyportError {
  return error instanceof SallyportError && error.code === 'NotFound';
}

/** Returns what `find` returns; undefined if it throws NotFound. Throws what else it throws. */
export async function foundOrUndefined<T>(find: () => Promise<T>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
