import type { KeyDecision } from './merge-keys.js';
import type { SideValues } from './merged-sides.js';
import type { SyncSides } from './plan-sync.js';

/**
 * Returns the values of the store that a push removes from it, and that no round has seen on both
 * sides: the store had them of somebody else.
 */
export function losingValues(
  keys: ReadonlyMap<string, KeyDecision>,
  { base, store }: Pick<SyncSides, 'base' | 'store'>,
  stored: SideValues,
): SideValues {
  return new Map(
    [...stored].filter(([key]) => {
      return keys.get(key) === 'push' && store.fingerprints.get(key) !== base?.get(key);
    }),
  );
}
