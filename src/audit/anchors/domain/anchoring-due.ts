export interface AnchoringRule {
  readonly everyMs: number;
  readonly everyEvents: number;
}

export interface AnchorProgress {
  /** Size of the last anchored checkpoint. */
  readonly anchoredSize: number;
  /** Time of the last anchoring or attempt; undefined before the first by this process. */
  readonly lastMs: number | undefined;
}

/** Reports whether a checkpoint of this size is due now; events of anchoring do not count. */
export function isAnchoringDue(
  size: number,
  { anchoredSize, lastMs }: AnchorProgress,
  { everyMs, everyEvents }: AnchoringRule,
  nowMs: number,
): boolean {
  if (size <= anchoredSize) return false;
  return size - anchoredSize >= everyEvents || lastMs === undefined || nowMs - lastMs >= everyMs;
}
