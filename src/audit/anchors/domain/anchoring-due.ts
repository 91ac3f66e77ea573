export interface AnchoringRule {
  readonly everyMs: number;
  readonly everyEvents: number;
}

export interface AnchorProgress {
  /** Size that was anchored last. */
  readonly anchoredSize: number;
  /** When that was, or was tried; undefined before the first time of this process. */
  readonly lastMs: number | undefined;
}

/** Whether a checkpoint of this size is to be anchored now; events of anchoring do not count. */
export function isAnchoringDue(
  size: number,
  { anchoredSize, lastMs }: AnchorProgress,
  { everyMs, everyEvents }: AnchoringRule,
  nowMs: number,
): boolean {
  if (size <= anchoredSize) return false;
  return size - anchoredSize >= everyEvents || lastMs === undefined || nowMs - lastMs >= everyMs;
}
