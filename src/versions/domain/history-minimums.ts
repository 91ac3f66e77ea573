/** What neither annotations nor a full quota take of a history. The limits of operators do. */
export interface HistoryMinimums {
  /** How long a version stays after another one took its place. */
  readonly ageMs: number;
  /** The newest versions of a Secret that stay, whatever their age. */
  readonly count: number;
  /** How long the newest ones of a deleted Secret stay after its deletion. */
  readonly deletedAgeMs: number;
}

/** A version as the minimums look at it. */
export interface JudgedVersion {
  readonly version: number;
  readonly createdMs: number;
  /** When another version, or the deletion, took its place; undefined for the others. */
  readonly untilMs: number | undefined;
  /** Current, previous or pending. */
  readonly isHeld: boolean;
  readonly isDestroyed: boolean;
}

/** What the minimums need to know of a history. */
export interface JudgedHistory {
  readonly deletedMs: number | undefined;
  readonly hasPending: boolean;
  /** The lowest of its newest versions that count; undefined where there are fewer than that. */
  readonly newestFrom: number | undefined;
}

/** Whether a Secret is deleted for so long that its newest versions need not stay. */
export function isLongDeleted(
  { deletedMs, hasPending }: Pick<JudgedHistory, 'deletedMs' | 'hasPending'>,
  { deletedAgeMs }: Pick<HistoryMinimums, 'deletedAgeMs'>,
  nowMs: number,
): boolean {
  return deletedMs !== undefined && deletedMs <= nowMs - deletedAgeMs && !hasPending;
}

/**
 * Whether a version may go before an operator's limit takes it. Its age counts from when it ceased
 * to be current: a tenant who writes a Secret, as often as may be, does not make the version before
 * an old one.
 */
export function isSpare(
  one: JudgedVersion,
  history: JudgedHistory,
  minimums: HistoryMinimums,
  nowMs: number,
): boolean {
  const sinceMs = Math.max(one.createdMs, one.untilMs ?? one.createdMs);
  if (sinceMs > nowMs - minimums.ageMs) return false;
  if (isLongDeleted(history, minimums, nowMs)) return true;
  if (one.isHeld || one.isDestroyed) return false;
  return history.newestFrom !== undefined && one.version < history.newestFrom;
}
