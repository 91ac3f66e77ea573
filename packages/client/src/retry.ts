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

/** Facts that decide whether a call may be repeated. */
export interface Repeatability {
  /** A read: it changes nothing. */
  readonly isRead: boolean;
  /** The request has an Idempotency-Key: the gateway carries it out once. */
  readonly isKeyed: boolean;
}

/** Returns whole settings. Throws a RangeError for one that is no number from 0. */
export function retrySettings(given: Partial<RetrySettings> = {}): RetrySettings {
  const settings = {
    retriesMax: given.retriesMax ?? defaultRetries.retriesMax,
    firstDelayMs: given.firstDelayMs ?? defaultRetries.firstDelayMs,
    delayMsMax: given.delayMsMax ?? defaultRetries.delayMsMax,
  };
  for (const [name, value] of Object.entries(settings)) {
    if (!(value >= 0)) throw new RangeError(`retries.${name} must be a number from 0`);
  }
  return settings;
}

/** Nothing was done, whatever the call was. */
const withoutEffect: readonly string[] = ['TooManyRequests', 'Unavailable'];
/** The call may have been done. */
const withUnknownEffect: readonly string[] = ['Unreachable', 'Timeout', 'OutcomeUnknown'];
/** Longer than any limit of the gateway asks for: the caller decides. */
const RETRY_AFTER_MS_MAX = 60_000;

/** Reports whether a call that failed may be repeated: by its code, never by its status. */
export function mayRepeat(
  error: SallyportError,
  { isRead, isKeyed }: Repeatability,
  wasUnknown: boolean,
): boolean {
  if ((error.retryAfterMs ?? 0) > RETRY_AFTER_MS_MAX) return false;
  if (withoutEffect.includes(error.code)) return true;
  if (hasUnknownEffect(error)) return isRead || isKeyed;
  // The first attempt, whose response was lost, is still running.
  return wasUnknown && isKeyed && error.code === 'Conflict' && error.status === 409;
}

/** Reports whether the effect of a failed call is not known. */
export function hasUnknownEffect({ code, status = 0 }: SallyportError): boolean {
  // A proxy answered in place of the gateway, which may have carried the request out.
  const isProxy = code === 'InvalidResponse' && (status === 429 || status >= 500);
  return isProxy || withUnknownEffect.includes(code);
}

/** Reports whether the same request may succeed later, however long that takes. */
export function isPassing(error: SallyportError): boolean {
  return withoutEffect.includes(error.code) || hasUnknownEffect(error);
}

/** A longer wait is no wait: something between may ask for days. */
const AWAITED_MS_MAX = 300_000;

/**
 * Returns the time before the next attempt: full jitter, never earlier than `Retry-After` up to
 * five minutes. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function delayMs(
  { firstDelayMs, delayMsMax }: Omit<RetrySettings, 'retriesMax'>,
  attempt: number,
  { retryAfterMs = 0 }: Pick<SallyportError, 'retryAfterMs'>,
  random: () => number = Math.random,
): number {
  const most = Math.min(firstDelayMs * 2 ** attempt, delayMsMax);
  return Math.min(retryAfterMs, AWAITED_MS_MAX) + random() * most;
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
