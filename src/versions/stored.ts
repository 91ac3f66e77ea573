import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import { IntegrityError } from '../encryption/domain/integrity-error.js';

/** What the database throws is a fault that may pass: 503. A damaged row is none. */
export async function stored<T>(access: () => Promise<T>): Promise<T> {
  try {
    return await access();
  } catch (cause) {
    if (cause instanceof SallyportError || cause instanceof IntegrityError) throw cause;
    throw unavailable('the history cannot be looked up', { cause });
  }
}
