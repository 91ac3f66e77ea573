/** Minimums of a history that neither annotations nor a full quota delete. Operator limits do. */
export interface HistoryMinimums {
  /** Time that a version stays after another version replaced it. */
  readonly ageMs: number;
  /** The newest versions of a Secret that stay, whatever their age. */
  readonly count: number;
  /** Time that the newest versions of a deleted Secret stay after its deletion. */
  readonly deletedAgeMs: number;
}

/** Version with the facts that the minimums check. */
export interface JudgedVersion {
  readonly version: number;
  readonly createdMs: number;
  /** Time when another version, or the deletion, replaced it; undefined for the others. */
  readonly untilMs: number | undefined;
  /** Current, previous or pending. */
  readonly isHeld: boolean;
  readonly isDestroyed: boolean;
}

/** Facts of a history that the minimums need. */
export interface JudgedHistory {
  readonly deletedMs: number | undefined;
  readonly hasPending: boolean;
  /** The lowest of its newest versions that count; undefined if there are fewer than that. */
  readonly newestFrom: number | undefined;
}

/** Reports whether a Secret is deleted for so long that its newest versions need not stay. */
export function isLongDeleted(
  { deletedMs, hasPending }: Pick<JudgedHistory, 'deletedMs' | 'hasPending'>,
  { deletedAgeMs }: Pick<HistoryMinimums, 'deletedAgeMs'>,
  nowMs: number,
): boolean {
  return deletedMs !== undefined && deletedMs <= nowMs - deletedAgeMs && !hasPending;
}

/**
 * Reports whether a version may be deleted before an operator's limit deletes it. Its age counts
 * from when it ceased to be current. So a tenant who writes a Secret often does not make the
 * version before an old one.
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
