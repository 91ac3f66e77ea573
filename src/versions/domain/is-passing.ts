import { SallyportError } from '../../core/errors/sallyport-error.js';

const passing: ReadonlySet<string> = new Set([
  'Unavailable',
  'Timeout',
  'TooManyRequests',
  'Forbidden',
]);

/**
 * Reports whether a failed operation can succeed later, when database, keys or cluster work; any
 * other failure is permanent.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof SallyportError) return passing.has(error.code);
  // Compares names: the domain does not know types of the layers below.
  return error instanceof Error && ['StorageError', 'EncryptionKeyError'].includes(error.name);
}
