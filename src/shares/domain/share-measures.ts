import type { ParsedShare } from './share-spec.js';
import { stateOf, type ShareStateName } from './share-view.js';

/**
 * Counts shares by the state that follows from spec and time alone. `Suspended` is a spec that
 * breaks a rule: whether an author still has the rights, only a question to the cluster shows.
 */
export function countByState(
  shares: Iterable<ParsedShare>,
  nowMs: number,
): Readonly<Record<ShareStateName, number>> {
  const counts = { Active: 0, Suspended: 0, Expired: 0, Revoked: 0 };
  for (const share of shares) counts[stateOf(share, undefined, nowMs).state] += 1;
  return counts;
}
