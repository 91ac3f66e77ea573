import { isSameTree } from './domain/anchored-tree.js';
import { acceptanceFacts } from './domain/accepted-rollback.js';
import type { AuditFacts } from '../domain/audit-event.js';
import type { FoundRollback } from './rollback-guard.js';

/** Writes down, for each checkpoint that was lost, that an operator accepts it. */
export async function acceptRollbacks(
  found: readonly FoundRollback[],
  record: (facts: AuditFacts) => Promise<void>,
): Promise<void> {
  const lost = found.filter(
    ({ rollback }, index) =>
      found.findIndex((other) => isSameTree(other.rollback.anchored, rollback.anchored)) === index,
  );
  for (const { place, rollback } of lost) await record(acceptanceFacts(rollback, place));
}
