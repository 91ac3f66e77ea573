import { SallyportError } from '../../core/errors/sallyport-error.js';
import { isAnswerTooLarge } from '../network-failure.js';

/** Returns the next page size after a failure: half, if the page was too large or slow. */
export function pageLimitAfter(error: unknown, limit: number): number {
  const isTimeout = error instanceof SallyportError && error.code === 'Timeout';
  if (limit > 1 && (isTimeout || isAnswerTooLarge(error))) return Math.floor(limit / 2);
  throw error;
}
