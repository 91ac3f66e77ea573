import { SallyportError } from '../../core/errors/sallyport-error.js';

const passing: ReadonlySet<string> = new Set([
  'Unavailable',
  'Timeout',
  'TooManyRequests',
  'Forbidden',
]);

/**
 * Whether something that failed will work again once database, keys or cluster do; anything else
 * would fail for ever.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof SallyportError) return passing.has(error.code);
  // Kept by name: what is below the domain stays unknown to it.
  return error instanceof Error && ['StorageError', 'EncryptionKeyError'].includes(error.name);
}
