import { syncLimits } from '../../core/sync-limits.js';
import type { KeyDecision } from './merge-keys.js';

type Side = 'cluster' | 'store';

/** Keys that one side has lost, and when a look first saw that: time of day, in milliseconds. */
export type LostKeys = ReadonlyMap<string, { readonly side: Side; readonly sinceMs: number }>;

/** Values of both sides, of which only the keys matter. */
export type KeysOfSides = Readonly<Record<Side, ReadonlyMap<string, unknown>>>;

export interface EarlierLooks {
  readonly lost: LostKeys;
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
 * Delays deletions until two looks, `deletionConfirmedMs` apart, have seen that the key is gone.
 * One answer alone may be that of a store that is being restored.
 */
export function confirmedDeletions(
  keys: ReadonlyMap<string, KeyDecision>,
  sides: KeysOfSides,
  { lost: before, nowMs, isResolved }: EarlierLooks,
): ConfirmedDeletions {
  const decided = new Map(keys);
  const lost = new Map<string, { readonly side: Side; readonly sinceMs: number }>();
  for (const [key, decision] of keys) {
    const side = lostSide(decision, key, sides);
    if (side === undefined || isResolved(key)) continue;
    const known = before.get(key);
    // A clock that was set back starts the time again.
    const isKnown = known?.side === side && known.sinceMs <= nowMs;
    const sinceMs = isKnown ? known.sinceMs : nowMs;
    lost.set(key, { side, sinceMs });
    if (nowMs - sinceMs < syncLimits.deletionConfirmedMs) decided.set(key, 'unconfirmed');
  }
  return { keys: decided, lost };
}

/** Returns the side whose loss of a key the decision would bring to the other side. */
function lostSide(decision: KeyDecision, key: string, sides: KeysOfSides): Side | undefined {
  if (decision === 'push' && !sides.cluster.has(key)) return 'cluster';
  return decision === 'pull' && !sides.store.has(key) ? 'store' : undefined;
}
