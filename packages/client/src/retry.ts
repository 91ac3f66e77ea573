import { SallyportError } from './sallyport-error.js';

export interface RetrySettings {
  /** Repetitions of one call at most. */
  readonly retriesMax: number;
  readonly firstDelayMs: number;
  readonly delayMsMax: number;
}

export const defaultRetries: RetrySettings = {
  retriesMax: 3,
  firstDelayMs: 200,
  delayMsMax: 20_000,
};

/** What a repetition may do. */
export interface Repeatability {
  /** A read: it changes nothing. */
  readonly isRead: boolean;
  /** The request has an Idempotency-Key: the gateway carries it out once. */
  readonly isKeyed: boolean;
}

/** Nothing was done, whatever the call was. */
const withoutEffect: readonly string[] = ['TooManyRequests', 'Unavailable'];
/** The call may have been done. */
const withUnknownEffect: readonly string[] = [
  'Unreachable',
  'InvalidResponse',
  'Timeout',
  'OutcomeUnknown',
];

/** Reports whether a call that failed may be repeated: by its code, never by its status. */
export function mayRepeat(
  error: SallyportError,
  { isRead, isKeyed }: Repeatability,
  wasUnknown: boolean,
): boolean {
  if (withoutEffect.includes(error.code)) return true;
  if (withUnknownEffect.includes(error.code)) return isRead || isKeyed;
  // The first attempt, whose response was lost, is still running.
  return wasUnknown && isKeyed && error.code === 'Conflict' && error.status === 409;
}

/** Reports whether the effect of a failed call is not known. */
export function hasUnknownEffect({ code }: SallyportError): boolean {
  return withUnknownEffect.includes(code);
}

/**
 * Returns the time before the next attempt: full jitter, never earlier than `Retry-After`.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function delayMs(
  { firstDelayMs, delayMsMax }: RetrySettings,
  attempt: number,
  error: SallyportError,
  random: () => number = Math.random,
): number {
  const most = Math.min(firstDelayMs * 2 ** attempt, delayMsMax);
  return (error.retryAfterMs ?? 0) + random() * most;
}

const TOKENS_MAX = 500;
const RETRY_COST = 14;
const THROTTLED_COST = 5;

/**
 * Limits the repetitions of all calls of a client, so that an outage is not made worse: successes
 * pay for them.
 */
export class RetryBudget {
  #tokens = TOKENS_MAX;

  /** Takes the cost of a repetition; false if too many calls fail. */
  take({ code }: SallyportError): boolean {
    const cost = code === 'TooManyRequests' ? THROTTLED_COST : RETRY_COST;
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }

  succeeded(): void {
    this.#tokens = Math.min(TOKENS_MAX, this.#tokens + 1);
  }
}
