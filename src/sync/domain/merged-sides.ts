import type { SecretValue } from '../../core/secret-value.js';
import type { KeyDecision } from './merge-keys.js';
import type { Fingerprints } from './plan-sync.js';

export type SideValues = ReadonlyMap<string, SecretValue>;

/** Values that a side gets, and whether they differ from those that it has. */
export interface MergedSide {
  readonly values: SideValues;
  readonly isChanged: boolean;
}

/** Returns the values of one side after a plan: `direction` is that in which it is written. */
export function mergedSide(
  own: SideValues,
  other: SideValues,
  keys: ReadonlyMap<string, KeyDecision>,
  direction: 'push' | 'pull',
): MergedSide {
  const values = new Map(own);
  const written = [...keys].filter(([, decision]) => decision === direction);
  for (const [key] of written) {
    const value = other.get(key);
    if (value === undefined) values.delete(key);
    else values.set(key, value);
  }
  return { values, isChanged: written.length > 0 };
}

/**
 * Returns the last common values after some keys became equal: those keys as they are on both sides
 * now, and the others as they were.
 */
export function rebased(
  base: Fingerprints | undefined,
  now: Fingerprints,
  equal: Iterable<string>,
): Fingerprints {
  const next = new Map(base);
  for (const key of equal) {
    const fingerprint = now.get(key);
    if (fingerprint === undefined) next.delete(key);
    else next.set(key, fingerprint);
  }
  return next;
}
