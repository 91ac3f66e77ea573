import { SallyportError } from '../../core/errors/sallyport-error.js';
import { isAnswerTooLarge } from '../network-failure.js';

/** How many to ask for after a page failed: half, where it was too large or took too long. */
export function pageLimitAfter(error: unknown, limit: number): number {
  const isTimeout = error instanceof SallyportError && error.code === 'Timeout';
  if (limit > 1 && (isTimeout || isAnswerTooLarge(error))) return Math.floor(limit / 2);
  throw error;
}
