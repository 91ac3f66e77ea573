import { heldProblem, type SyncOutcome, type SyncProblem } from '../domain/sync-outcome.js';
import type { RoundProgress } from './round-progress.js';
import type { RoundResult } from './sync-round.js';

/** Returns the outcome of the last round. */
export function outcomeOf(
  result: Exclude<RoundResult, { readonly kind: 'disturbed' }>,
  progress: RoundProgress,
): SyncOutcome {
  const { seen } = result;
  if (result.kind === 'held') {
    const { mark } = seen;
    const isForeign = result.reason === 'OwnedElsewhere' && typeof mark === 'object';
    const owner = isForeign ? mark : undefined;
    return { ...problem(heldProblem(result.reason, owner), progress), owner };
  }
  const { isWritten, overwritten } = progress;
  return { kind: 'done', keys: result.keys, seen, isWritten, overwritten };
}

/** Returns the outcome of a look with a problem; both sides may have been read before. */
export function problem(
  of: SyncProblem,
  { seen, isWritten, overwritten }: RoundProgress,
  isStoreKnown = seen !== undefined,
): Extract<SyncOutcome, { readonly kind: 'problem' }> {
  return { kind: 'problem', problem: of, isStoreKnown, seen, isWritten, overwritten };
}
