import type { ParsedSync } from './sync-spec.js';

/** Counts syncs by the state of their status; `Unknown` before the first look. */
export function countByState(
  syncs: Iterable<Pick<ParsedSync, 'object'>>,
): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { object } of syncs) {
    const stated = object.status['state'];
    const state = typeof stated === 'string' ? stated : 'Unknown';
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
