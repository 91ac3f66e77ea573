import { SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { WatchContentError } from './watch-events.js';

/** The version to resume from is too old, in any form of the API server's error. */
export class WatchExpired extends Error {
  override readonly name = 'WatchExpired';
}

/** A watch ended early, though not at its beginning. */
export class WatchTooShort extends Error {
  override readonly name = 'WatchTooShort';
}

/** Reports whether to relist after this error, instead of resuming at the last version. */
export function mustListAnew(error: unknown): boolean {
  if (error instanceof WatchExpired || error instanceof WatchContentError) return true;
  // The server would always refuse a version that it cannot read.
  return error instanceof SallyportError && ['Expired', 'BadRequest'].includes(error.code);
}

/**
 * Returns the pause after consecutive failures: it doubles each time, within bounds, scattered over
 * its upper half (`random` from 0 to 1). It is never shorter than the server requested.
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
