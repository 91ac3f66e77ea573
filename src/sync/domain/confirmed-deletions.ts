import { syncLimits } from '../../core/sync-limits.js';
import type { KeyDecision } from './merge-keys.js';

const OTHER_OBSERVERS_MAX = 3;

type Side = 'cluster' | 'store';

/** Key that one side has lost, and since when one process knows that. */
export interface LostKey {
  readonly key: string;
  readonly side: Side;
  /** Process that has seen it: the times of two processes cannot be compared. */
  readonly observer: string;
  /** Time of a monotonic clock of that process, in milliseconds. */
  readonly sinceMs: number;
}

export type LostKeys = readonly LostKey[];

/** Values of both sides, of which only the keys matter. */
export type KeysOfSides = Readonly<Record<Side, ReadonlyMap<string, unknown>>>;

export interface EarlierLooks {
  readonly lost: LostKeys;
  /** Process that looks now. */
  readonly observer: string;
  /** Time of its monotonic clock, in milliseconds. */
  readonly nowMs: number;
  /** Reports whether a user has decided about a key. */
  readonly isResolved: (key: string) => boolean;
}

export interface ConfirmedDeletions {
  readonly keys: ReadonlyMap<string, KeyDecision>;
  /** Keys that the next look has to know as lost. */
  readonly lost: LostKeys;
}

/**
 * Delays deletions until two looks of one process, `deletionConfirmedMs` apart, have seen that the
 * key is gone. One answer alone may be that of a store that is being restored.
 */
export function confirmedDeletions(
  keys: ReadonlyMap<string, KeyDecision>,
  sides: KeysOfSides,
  { lost: before, observer, nowMs, isResolved }: EarlierLooks,
): ConfirmedDeletions {
  const decided = new Map(keys);
  const earlier = Map.groupBy(before, ({ key }) => key);
  const lost: LostKey[] = [];
  for (const [key, decision] of keys) {
    const side = lostSide(decision, key, sides);
    if (side === undefined || isResolved(key)) continue;
    const known = (earlier.get(key) ?? []).filter((one) => one.side === side);
    const others = known.filter((one) => one.observer !== observer);
    const own = known.find((one) => one.observer === observer);
    const sinceMs = own?.sinceMs ?? nowMs;
    // Another process may confirm it as well.
    lost.push(...others.slice(-OTHER_OBSERVERS_MAX), { key, side, observer, sinceMs });
    if (nowMs - sinceMs < syncLimits.deletionConfirmedMs) decided.set(key, 'unconfirmed');
  }
  return { keys: decided, lost };
}

/** Returns the side whose loss of a key the decision would bring to the other side. */
function lostSide(decision: KeyDecision, key: string, sides: KeysOfSides): Side | undefined {
  if (decision === 'push' && !sides.cluster.has(key)) return 'cluster';
  return decision === 'pull' && !sides.store.has(key) ? 'store' : undefined;
}
