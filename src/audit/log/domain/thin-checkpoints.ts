/** A stored checkpoint, and who has signed it. */
export interface ThinnedCheckpoint {
  readonly size: number;
  readonly signedMs: number;
  readonly signer: string;
}

/** What the log itself relies on. */
export interface ReliedOn {
  /** Sizes that were anchored. */
  readonly anchored: ReadonlySet<number>;
  /** Indexes of events of pruning and of accepted rollbacks, in order. */
  readonly events: readonly number[];
}

const HOUR_MS = 3_600_000;

/** Older checkpoints are thinned. */
export function thinnedBeforeMs(nowMs: number): number {
  return nowMs - HOUR_MS;
}

/**
 * Sizes of checkpoints that can go, of some in the order of the log; the first and the last are
 * there for what they stand beside, and stay. Of each hour the newest stays, and so do those that
 * were anchored, those on both sides of a change of the key, and those on both sides of an event
 * that says what is gone.
 */
export function redundantSizes(
  checkpoints: readonly ThinnedCheckpoint[],
  { anchored, events }: ReliedOn,
): readonly number[] {
  const redundant: number[] = [];
  let event = 0;
  for (let at = 1; at < checkpoints.length - 1; at += 1) {
    const [before, one, next] = checkpoints.slice(at - 1, at + 2) as [
      ThinnedCheckpoint,
      ThinnedCheckpoint,
      ThinnedCheckpoint,
    ];
    while ((events[event] ?? Infinity) < before.size) event += 1;
    const isBesideEvent = (events[event] ?? Infinity) < next.size;
    const isOfOneKey = before.signer === one.signer && one.signer === next.signer;
    const isNewest = hourOf(one) !== hourOf(next);
    if (isBesideEvent || !isOfOneKey || isNewest || anchored.has(one.size)) continue;
    redundant.push(one.size);
  }
  return redundant;
}

/** As the database computes it, which refuses to delete the newest of an hour. */
function hourOf({ signedMs }: ThinnedCheckpoint): number {
  return Math.floor(signedMs / HOUR_MS);
}
