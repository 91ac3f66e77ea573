import type { KeyDecision } from './merge-keys.js';
import type { SideValues } from './merged-sides.js';
import type { Fingerprints, SyncSides } from './plan-sync.js';

type Keys = ReadonlyMap<string, KeyDecision>;
type Sides = Pick<SyncSides, 'base' | 'cluster' | 'store'>;

/**
 * Returns the values of the store that a push removes from it, and that no round has seen on both
 * sides: the store had them of somebody else.
 */
export function losingValues(keys: Keys, sides: Sides, stored: SideValues): SideValues {
  const { fingerprints } = sides.store;
  return new Map(
    [...stored].filter(([key]) => isLosing(key, 'push', { keys, sides, fingerprints })),
  );
}

/** Reports whether a pull removes a value from the cluster that no round has seen on both sides. */
export function losesInCluster(keys: Keys, sides: Sides): boolean {
  const { cluster: fingerprints } = sides;
  return [...fingerprints.keys()].some((key) =>
    isLosing(key, 'pull', { keys, sides, fingerprints }),
  );
}

function isLosing(
  key: string,
  direction: 'push' | 'pull',
  {
    keys,
    sides: { base },
    fingerprints,
  }: { readonly keys: Keys; readonly sides: Sides; readonly fingerprints: Fingerprints },
): boolean {
  return keys.get(key) === direction && fingerprints.get(key) !== base?.get(key);
}
