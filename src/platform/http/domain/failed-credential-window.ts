/** Minute in which an address sent invalid credentials. */
export interface FailureWindow {
  readonly startedAtMs: number;
  /** Fingerprints of different credentials, at most as many as the policy allows. */
  readonly credentials: readonly number[];
}

export interface FailureTurn {
  readonly window: FailureWindow;
  /** Whether the response may still report that the credential is invalid. */
  readonly isAllowed: boolean;
}

export const FAILURE_WINDOW_MS = 60_000;

/**
 * Adds an invalid credential. A credential that failed in this minute already counts once, and is
 * reported as invalid again. A client with an old token must get 401 and not 429, or it would never
 * renew the token.
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

/** Reports whether the address has used up its failures for this minute. */
export function isUsedUp(
  window: FailureWindow | undefined,
  nowMs: number,
  credentialsMax: number,
): boolean {
  return isLive(window, nowMs) && window.credentials.length >= credentialsMax;
}

/** Returns the milliseconds until the minute is over. */
export function msLeft(window: FailureWindow, nowMs: number): number {
  return Math.max(0, window.startedAtMs + FAILURE_WINDOW_MS - nowMs);
}

export function isLive(window: FailureWindow | undefined, nowMs: number): window is FailureWindow {
  return window !== undefined && msLeft(window, nowMs) > 0;
}
