/** Stored checkpoint, with its signer. */
export interface ThinnedCheckpoint {
  readonly size: number;
  readonly signedMs: number;
  readonly signer: string;
}

/** Sizes and events that the log itself relies on. */
export interface ReliedOn {
  /** Sizes that were anchored. */
  readonly anchored: ReadonlySet<number>;
  /** Indexes of events of pruning and of accepted rollbacks, in order. */
  readonly events: readonly number[];
}

const HOUR_MS = 3_600_000;

/** Returns the time before which checkpoints are thinned. */
export function thinnedBeforeMs(nowMs: number): number {
  return nowMs - HOUR_MS;
}

/**
 * Returns sizes of redundant checkpoints, given checkpoints in log order; the first and the last
 * only provide context, and stay. The newest of each hour stays, as do anchored checkpoints.
 * Checkpoints on both sides of a key change, and of an event about missing entries, stay too.
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

/** Computes the hour as the database does, which refuses to delete the newest of an hour. */
function hourOf({ signedMs }: ThinnedCheckpoint): number {
  return Math.floor(signedMs / HOUR_MS);
}
