import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import { IntegrityError } from '../encryption/domain/integrity-error.js';

/** Converts a database error to 503, because the fault may pass. A damaged row is no such fault. */
export async function stored<T>(access: () => Promise<T>): Promise<T> {
  try {
    return await access();
  } catch (cause) {
    if (cause instanceof SallyportError || cause instanceof IntegrityError) throw cause;
    throw unavailable('the history cannot be looked up', { cause });
  }
}
