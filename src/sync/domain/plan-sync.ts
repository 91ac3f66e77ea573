import { syncLimits } from '../../core/sync-limits.js';
import {
  isMassDeletion,
  type KeyDecision,
  type KeySides,
  mergeKey,
  mergeKeys,
  type MergeRules,
} from './merge-keys.js';
import {
  type FoundMark,
  isMarkOf,
  isTakenOver,
  type RemoteMark,
  type TakenOwners,
} from './remote-mark.js';
import type { RemoteState } from './remote-store.js';

/** Keyed fingerprints of values by key. */
export type Fingerprints = ReadonlyMap<string, string>;

/** Secret of a store as a plan sees it: what is there, whose it is, and no value. */
export interface SeenStore {
  readonly kind: RemoteState['kind'];
  readonly mark: FoundMark;
  readonly fingerprints: Fingerprints;
  /** Whether the state is older than one that the sync has seen. */
  readonly isOutdated?: boolean;
}

export interface SyncRules extends MergeRules, TakenOwners {
  /** Side that wins if both have a key with values that were never equal. */
  readonly firstSync: 'fail' | 'pull' | 'push' | 'merge';
  /** Decision of a user, for one round. */
  readonly resolution?: Resolution | undefined;
}

/** Side that wins where a sync is held, or has a conflict. */
export interface Resolution {
  readonly prefer: 'cluster' | 'store';
  /** Keys whose conflicts are resolved; undefined: all, and what holds the sync. */
  readonly keys: ReadonlySet<string> | undefined;
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
  /** Secrets whose values a write would bring to the store. */
  readonly origins?: readonly string[];
  /** Whether a side has more keys than a sync takes: nothing is known of its values. */
  readonly isTooLarge?: boolean;
  /** Whether one side has values that come from the other one by way of other syncs. */
  readonly isLoop?: boolean;
}

/** Reason that a sync writes nothing, on either side. */
export type HoldReason =
  /** The secret in the store has the mark of somebody else. */
  | 'OwnedElsewhere'
  /** A side has more keys than a sync takes. */
  | 'TooManyKeys'
  /** One side has values of the other one, which came by way of other syncs. */
  | 'Loop'
  /** The values come by way of more Secrets than a mark names. */
  | 'ChainTooLong'
  /** Both sides have values, and nobody has said which win. */
  | 'FirstSync'
  /** The sides that the sync reads have no secret, and never had one. */
  | 'NothingToSync'
  /** The store has an older state: it was restored, or answers late. */
  | 'StoreOutdated'
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
  const prefer = preferredSide(rules);
  const reason = heldReason(all, rules);
  if (reason !== undefined) return { kind: 'held', reason };
  // Without the side that is gone, a user can only have it written again.
  const isRestored = goneSide(all) !== undefined;
  const { base, ...others } = all;
  const sides = sidesOf({ ...others, base: isRestored ? undefined : base });
  const isFirst = isNew(all) || isRestored;
  if (isFirst && rules.firstSync === 'fail' && isUndecided(sides, rules.resolution)) {
    return { kind: 'held', reason: 'FirstSync' };
  }
  const merged = mergeKeys(sides, rules, firstRules(rules));
  const keys = resolved(merged, sides, rules);
  const wiped = bothSides.filter(
    (side) => isMassDeletion(sides, side) && deletesBecauseOf(side, sides, keys),
  );
  if (wiped.length > 0 && prefer === undefined) return { kind: 'held', reason: 'MassDeletion' };
  const isLost = wiped.some((side) => side !== prefer);
  return { kind: 'planned', keys: isLost ? restored(keys, sides, rules) : keys };
}

/** Returns why nothing may be written, before the keys are looked at. */
function heldReason(all: SyncSides, rules: SyncRules): HoldReason | undefined {
  if (isOwnedElsewhere(all, rules)) return 'OwnedElsewhere';
  if (all.isTooLarge === true) return 'TooManyKeys';
  if (all.isLoop === true) return 'Loop';
  const { origins = [] } = all;
  const isPushed = rules.direction !== 'pull';
  if (isPushed && origins.length > syncLimits.markOriginsMax) return 'ChainTooLong';
  const prefer = preferredSide(rules);
  const gone = goneSide(all);
  if (gone !== undefined && gone.other !== prefer) return gone.reason;
  if (all.store.isOutdated === true && prefer === undefined) return 'StoreOutdated';
  return isNew(all) && !hasSource(all, rules) ? 'NothingToSync' : undefined;
}

/** Returns the side that a user has preferred for all keys. */
function preferredSide({ resolution }: SyncRules): Resolution['prefer'] | undefined {
  return resolution?.keys === undefined ? resolution?.prefer : undefined;
}

const bothSides = ['cluster', 'store'] as const;

/** Returns which side is gone that had values, why that holds the sync, and the other side. */
function goneSide(all: SyncSides) {
  if (isNew(all)) return undefined;
  // Versions can also end by their age.
  if (all.store.kind !== 'present') return { reason: 'StoreGone', other: 'cluster' } as const;
  return all.isInCluster ? undefined : ({ reason: 'ClusterGone', other: 'store' } as const);
}

/** Reports whether no value was ever on both sides. */
function isNew({ base }: SyncSides): boolean {
  return base === undefined || base.size === 0;
}

/** Reports whether a side has a secret that the sync may bring to the other side. */
function hasSource({ isInCluster, store }: SyncSides, { direction }: SyncRules): boolean {
  const isPushed = isInCluster && direction !== 'pull';
  return isPushed || (store.kind === 'present' && direction !== 'push');
}

function isUndecided(
  sides: ReadonlyMap<string, KeySides>,
  resolution: Resolution | undefined,
): boolean {
  return [...sides].some(([key, one]) => differs(one) && !isResolved(key, resolution));
}

/** Reports whether a user has decided about a key. */
export function isResolved(key: string, resolution: Resolution | undefined): boolean {
  return resolution !== undefined && resolution.keys?.has(key) !== false;
}

/** Returns the decisions with those of a user, which override `onConflict` and `firstSync`. */
function resolved(
  keys: ReadonlyMap<string, KeyDecision>,
  sides: ReadonlyMap<string, KeySides>,
  rules: SyncRules,
): ReadonlyMap<string, KeyDecision> {
  const { resolution } = rules;
  if (resolution === undefined) return keys;
  const onConflict = resolution.prefer === 'cluster' ? 'preferCluster' : 'preferStore';
  const preferring: MergeRules = { ...rules, onConflict };
  return new Map(
    [...keys].map(([key, decision]) => {
      const side = sides.get(key);
      const isMeant = isResolved(key, resolution);
      return [key, isMeant && side !== undefined ? mergeKey(side, preferring) : decision];
    }),
  );
}

/** Returns the decisions with each key written again that the side has lost which does not win. */
function restored(
  keys: ReadonlyMap<string, KeyDecision>,
  sides: ReadonlyMap<string, KeySides>,
  rules: SyncRules,
): ReadonlyMap<string, KeyDecision> {
  const loser = rules.resolution?.prefer === 'cluster' ? 'store' : 'cluster';
  return new Map(
    [...keys].map(([key, decision]) => {
      const side = sides.get(key);
      const isLost = side !== undefined && side[loser] === undefined && decision !== 'equal';
      return [key, isLost ? mergeKey({ ...side, base: undefined }, rules) : decision];
    }),
  );
}

/** Reports whether a write to the store would take a secret from its owner. */
function isOwnedElsewhere({ owner, store: { mark } }: SyncSides, rules: SyncRules): boolean {
  if (rules.direction === 'pull' || mark === undefined || isMarkOf(mark, owner)) return false;
  return !isTakenOver(mark, rules);
}

function sidesOf({
  base,
  cluster,
  store,
}: Omit<SyncSides, 'owner' | 'isInCluster'>): ReadonlyMap<string, KeySides> {
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

const firstConflicts = { fail: 'hold', pull: 'preferStore', push: 'preferCluster' } as const;

/** Returns the rules for keys that were never equal: the user has said which side wins. */
function firstRules(rules: SyncRules): MergeRules {
  const { firstSync } = rules;
  return firstSync === 'merge' ? rules : { ...rules, onConflict: firstConflicts[firstSync] };
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
