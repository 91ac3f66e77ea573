import { SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { WatchContentError } from './watch-events.js';

/** The version to go on from is too old, in whichever of its forms the API server said so. */
export class WatchExpired extends Error {
  override readonly name = 'WatchExpired';
}

/** A watch that ended at once, though not at its beginning. */
export class WatchTooShort extends Error {
  override readonly name = 'WatchTooShort';
}

/** Whether to list anew after this, instead of going on from the last version. */
export function mustListAnew(error: unknown): boolean {
  if (error instanceof WatchExpired || error instanceof WatchContentError) return true;
  // A version that the server cannot read would be refused for ever.
  return error instanceof SallyportError && ['Expired', 'BadRequest'].includes(error.code);
}

/**
 * How long to wait after this many failures in a row: twice as long each time, within bounds,
 * scattered over its upper half (`random` from 0 to 1), and no shorter than the server asked.
 */
export function backoffMs(failures: number, error: unknown, random: number): number {
  const doubled = limits.watchBackoffMsMin * 2 ** Math.min(failures - 1, 30);
  const boundMs = Math.min(doubled, limits.watchBackoffMsMax);
  return Math.max(boundMs * (0.5 + random / 2), retryAfterMs(error));
}

function retryAfterMs(error: unknown): number {
  if (!(error instanceof SallyportError) || error.code !== 'TooManyRequests') return 0;
  const seconds = Number(error.headers['retry-after'] ?? 0);
  return Number.isFinite(seconds) ? Math.min(seconds * 1_000, limits.watchRetryAfterMsMax) : 0;
}
