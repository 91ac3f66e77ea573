import type { KeyDecision } from './merge-keys.js';
import type { Fingerprints } from './plan-sync.js';

const INTENDED_PER_KEY_MAX = 4;

/** Value that a look was about to write to a side; its end may not be known. */
export interface IntendedValue {
  readonly key: string;
  /** Side that was to be written. */
  readonly side: 'cluster' | 'store';
  /** Undefined: the key was to be removed. */
  readonly fingerprint: string | undefined;
}

export interface SidesFingerprints {
  readonly cluster: Fingerprints;
  readonly store: Fingerprints;
}

/**
 * Returns the last common values, with those that were written before a process ended, or before
 * another one saved: such a value was on the other side when it was read. Without that, a change
 * that follows would look like a change of both sides.
 */
export function baseWith(
  base: Fingerprints | undefined,
  intended: readonly IntendedValue[],
  sides: SidesFingerprints,
): Fingerprints | undefined {
  const next = new Map(base);
  let isChanged = false;
  for (const { key, side, fingerprint } of intended) {
    if (sides[side].get(key) !== fingerprint || next.get(key) === fingerprint) continue;
    if (fingerprint === undefined) next.delete(key);
    else next.set(key, fingerprint);
    isChanged = true;
  }
  return isChanged ? next : base;
}

/** Returns what a look is about to write, with earlier intentions whose end is not known. */
export function intendedBy(
  keys: ReadonlyMap<string, KeyDecision>,
  sides: SidesFingerprints,
  before: readonly IntendedValue[],
): readonly IntendedValue[] {
  const earlier = before.filter(({ key }) => keys.has(key) && keys.get(key) !== 'equal');
  const now = [...keys].flatMap(([key, decision]): readonly IntendedValue[] => {
    if (decision === 'push') {
      return [{ key, side: 'store', fingerprint: sides.cluster.get(key) }];
    }
    if (decision !== 'pull') return [];
    return [{ key, side: 'cluster', fingerprint: sides.store.get(key) }];
  });
  const repeated = new Set(now.map(intentionText));
  const all = [...earlier.filter((one) => !repeated.has(intentionText(one))), ...now];
  const byKey = [...Map.groupBy(all, ({ key }) => key).values()];
  return byKey.flatMap((ofKey) => ofKey.slice(-INTENDED_PER_KEY_MAX));
}

/** Returns the intentions that are left of a round whose write was certainly refused. */
export function intendedBefore(
  intended: readonly IntendedValue[],
  before: readonly IntendedValue[],
): readonly IntendedValue[] {
  const known = new Set(before.map(intentionText));
  return intended.filter((one) => known.has(intentionText(one)));
}

/** Returns the intentions that are left after a side was written. */
export function intendedAfter(
  intended: readonly IntendedValue[],
  keys: ReadonlyMap<string, KeyDecision>,
  written: 'push' | 'pull',
): readonly IntendedValue[] {
  return intended.filter(({ key }) => keys.get(key) !== written);
}

function intentionText({ key, side, fingerprint }: IntendedValue): string {
  return JSON.stringify([key, side, fingerprint ?? null]);
}
