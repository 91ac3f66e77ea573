/** Keyed fingerprint of a value; undefined: the side has no such key. */
export type Fingerprint = string | undefined;

/** A key on both sides, and as it was on both when they were last equal. */
export interface KeySides {
  readonly base: Fingerprint;
  readonly cluster: Fingerprint;
  readonly store: Fingerprint;
}

/** Rules of a SecretSync for its keys. */
export interface MergeRules {
  readonly direction: 'push' | 'pull' | 'both';
  readonly onConflict: 'hold' | 'preferCluster' | 'preferStore';
  readonly onDelete: 'retain' | 'delete';
}

/** Decision about a key. */
export type KeyDecision =
  /** Both sides are equal. */
  | 'equal'
  /** The store gets the value of the cluster, or loses a key that the cluster has deleted. */
  | 'push'
  /** The cluster gets the value of the store, or loses a key that the store has deleted. */
  | 'pull'
  /** One side has the key alone, and keeps it: by `onDelete`, or because it was never on both. */
  | 'retained'
  /** One side has lost the key, which a second look must confirm before the other side loses it. */
  | 'unconfirmed'
  /** Both sides have changed, or the side that may not. Nothing is written. */
  | 'conflict';

/** Decides about one key by a three-way merge. */
export function mergeKey(sides: KeySides, rules: MergeRules): KeyDecision {
  const { base, cluster, store } = sides;
  if (cluster === store) return 'equal';
  if (base === undefined && cluster === undefined) return isPulledBy(rules) ? 'pull' : 'retained';
  if (base === undefined && store === undefined) return isPushedBy(rules) ? 'push' : 'retained';
  const decision = changed(sides, rules);
  const isDeletion = (decision === 'push' ? cluster : store) === undefined;
  const isWrite = decision === 'push' || decision === 'pull';
  return isWrite && isDeletion && rules.onDelete === 'retain' ? 'retained' : decision;
}

function isPushedBy({ direction }: MergeRules): boolean {
  return direction !== 'pull';
}

function isPulledBy({ direction }: MergeRules): boolean {
  return direction !== 'push';
}

function changed({ base, cluster, store }: KeySides, rules: MergeRules): KeyDecision {
  const isPushed = isPushedBy(rules);
  const isPulled = isPulledBy(rules);
  if (store === base && isPushed) return 'push';
  if (cluster === base && isPulled) return 'pull';
  if (rules.onConflict === 'preferCluster' && isPushed) return 'push';
  if (rules.onConflict === 'preferStore' && isPulled) return 'pull';
  return 'conflict';
}

/** Decides about all keys; `firstRules` are for those that were never equal on both sides. */
export function mergeKeys(
  sides: ReadonlyMap<string, KeySides>,
  rules: MergeRules,
  firstRules: MergeRules,
): ReadonlyMap<string, KeyDecision> {
  return new Map(
    [...sides].map(([key, one]) => {
      return [key, mergeKey(one, one.base === undefined ? firstRules : rules)];
    }),
  );
}

/**
 * Reports whether a side has lost more than half of the keys that both had, or the only one: a sign
 * of a wipe, of a restored back-up or of another path, and not of deletions that somebody wants.
 */
export function isMassDeletion(
  sides: ReadonlyMap<string, KeySides>,
  side: 'cluster' | 'store',
): boolean {
  const common = [...sides.values()].filter(({ base }) => base !== undefined);
  const gone = common.filter((one) => one[side] === undefined);
  return gone.length * 2 > common.length;
}
