/** A minute in which an address showed wrong credentials. */
export interface FailureWindow {
  readonly startedAtMs: number;
  /** Fingerprints of the different ones, at most as many as the policy allows. */
  readonly credentials: readonly number[];
}

export interface FailureTurn {
  readonly window: FailureWindow;
  /** Whether the answer may still say that the credential is wrong. */
  readonly isAllowed: boolean;
}

export const FAILURE_WINDOW_MS = 60_000;

/**
 * One more wrong credential. One that failed in this minute already counts once, and is told so
 * again: a client with an old token must hear 401 and not 429, or it would never renew it.
 */
export function addFailure(
  window: FailureWindow | undefined,
  credential: number,
  nowMs: number,
  credentialsMax: number,
): FailureTurn {
  const live = isLive(window, nowMs) ? window : { startedAtMs: nowMs, credentials: [] };
  if (live.credentials.includes(credential)) return { window: live, isAllowed: true };
  if (live.credentials.length >= credentialsMax) return { window: live, isAllowed: false };
  const credentials = [...live.credentials, credential];
  return { window: { ...live, credentials }, isAllowed: true };
}

/** Whether the address has used up its failures for this minute. */
export function isUsedUp(
  window: FailureWindow | undefined,
  nowMs: number,
  credentialsMax: number,
): boolean {
  return isLive(window, nowMs) && window.credentials.length >= credentialsMax;
}

/** Until the minute is over. */
export function msLeft(window: FailureWindow, nowMs: number): number {
  return Math.max(0, window.startedAtMs + FAILURE_WINDOW_MS - nowMs);
}

export function isLive(window: FailureWindow | undefined, nowMs: number): window is FailureWindow {
  return window !== undefined && msLeft(window, nowMs) > 0;
}
