import {
  isMassDeletion,
  type KeyDecision,
  type KeySides,
  mergeKeys,
  type MergeRules,
} from './merge-keys.js';
import { type FoundMark, isMarkOf, type RemoteMark } from './remote-mark.js';
import type { RemoteState } from './remote-store.js';

/** Keyed fingerprints of values by key. */
export type Fingerprints = ReadonlyMap<string, string>;

/** Secret of a store as a plan sees it: what is there, whose it is, and no value. */
export interface SeenStore {
  readonly kind: RemoteState['kind'];
  readonly mark: FoundMark;
  readonly fingerprints: Fingerprints;
}

export interface SyncRules extends MergeRules {
  /** Side that wins if both have a key with values that were never equal. */
  readonly firstSync: 'fail' | 'pull' | 'push' | 'merge';
}

/** Both sides of a sync, and what it remembers. */
export interface SyncSides {
  readonly owner: RemoteMark;
  /** Values that were last on both sides; undefined: the sync has never been in sync. */
  readonly base: Fingerprints | undefined;
  readonly cluster: Fingerprints;
  /** Whether the Secret is there. */
  readonly isInCluster: boolean;
  readonly store: SeenStore;
}

/** Reason that a sync writes nothing, on either side. */
export type HoldReason =
  /** The secret in the store has the mark of somebody else. */
  | 'OwnedElsewhere'
  /** Both sides have values, and nobody has said which win. */
  | 'FirstSync'
  /** The secret is not in the store any more: no deletion follows from that. */
  | 'StoreGone'
  /** The Secret is not in the cluster any more. */
  | 'ClusterGone'
  /** One side has lost more than half of the keys. */
  | 'MassDeletion';

export type SyncPlan =
  | { readonly kind: 'held'; readonly reason: HoldReason }
  | { readonly kind: 'planned'; readonly keys: ReadonlyMap<string, KeyDecision> };

/** Plans one round of a sync: what happens to each key, or why nothing happens. */
export function planSync(all: SyncSides, rules: SyncRules): SyncPlan {
  const { base, store } = all;
  if (isOwnedElsewhere(all, rules)) return { kind: 'held', reason: 'OwnedElsewhere' };
  if (base !== undefined && base.size > 0) {
    // Versions can also end by their age.
    if (store.kind !== 'present') return { kind: 'held', reason: 'StoreGone' };
    if (!all.isInCluster) return { kind: 'held', reason: 'ClusterGone' };
  }
  const sides = sidesOf(all);
  if (base === undefined && rules.firstSync === 'fail' && [...sides.values()].some(differs)) {
    return { kind: 'held', reason: 'FirstSync' };
  }
  const keys = mergeKeys(sides, base === undefined ? firstRules(rules) : rules);
  const isDeleted = (side: 'cluster' | 'store'): boolean =>
    isMassDeletion(sides, side) && deletesBecauseOf(side, sides, keys);
  if (isDeleted('cluster') || isDeleted('store')) return { kind: 'held', reason: 'MassDeletion' };
  return { kind: 'planned', keys };
}

/** Reports whether a write to the store would take a secret from its owner. */
function isOwnedElsewhere(
  { owner, store: { mark } }: SyncSides,
  { direction }: SyncRules,
): boolean {
  return direction !== 'pull' && mark !== undefined && !isMarkOf(mark, owner);
}

function sidesOf({ base, cluster, store }: SyncSides): ReadonlyMap<string, KeySides> {
  const { fingerprints } = store;
  const keys = new Set([...(base?.keys() ?? []), ...cluster.keys(), ...fingerprints.keys()]);
  return new Map(
    [...keys].map((key) => [
      key,
      { base: base?.get(key), cluster: cluster.get(key), store: fingerprints.get(key) },
    ]),
  );
}

function differs({ cluster, store }: KeySides): boolean {
  return cluster !== undefined && store !== undefined && cluster !== store;
}

/** Returns the rules of the first round: the user has said which side wins. */
function firstRules(rules: SyncRules): MergeRules {
  if (rules.firstSync === 'pull') return { ...rules, onConflict: 'preferStore' };
  return rules.firstSync === 'push' ? { ...rules, onConflict: 'preferCluster' } : rules;
}

/** Reports whether a key is deleted on the other side because this side has lost the key. */
function deletesBecauseOf(
  side: 'cluster' | 'store',
  sides: ReadonlyMap<string, KeySides>,
  keys: ReadonlyMap<string, KeyDecision>,
): boolean {
  const decision = side === 'cluster' ? 'push' : 'pull';
  return [...sides].some(([key, one]) => one[side] === undefined && keys.get(key) === decision);
}
