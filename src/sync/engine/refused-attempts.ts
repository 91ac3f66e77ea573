import type { Clock } from '../../core/clock.js';
import type { CustomResource } from '../../custom-resources/domain/custom-resource.js';
import { RefusedWrites } from '../../custom-resources/domain/refused-writes.js';
import type { SyncOutcome, SyncProblem } from '../domain/sync-outcome.js';
import type { RoundProgress } from './round-progress.js';
import { SyncRefused } from './sync-refused.js';

type Sync = Pick<CustomResource, 'uid' | 'generation'>;

/** Reasons of problems that a write has met, and that the same write meets again. */
const refusals: ReadonlySet<string> = new Set([
  ...['SecretRefused', 'SecretForbidden', 'StoreRefused', 'StoreDenied'],
  'HistoryUnavailable',
]);

/** Writes of syncs that a side has refused: each further attempt is two events of the trail. */
export class RefusedAttempts {
  readonly #writes: RefusedWrites<SyncProblem>;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#writes = new RefusedWrites(clock);
  }

  /** Throws SyncRefused if a side has refused a write from these states, and it must wait. */
  require(sync: Sync, progress: Pick<RoundProgress, 'seen'>): void {
    const known = this.#writes.problemOf(sync.uid, statesOf(sync, progress));
    if (known !== undefined) throw new SyncRefused(known);
  }

  /** Notes what a look has met. */
  note(
    sync: Sync,
    outcome: SyncOutcome,
    progress: Pick<RoundProgress, 'seen' | 'isAttempted'>,
  ): void {
    if (outcome.kind === 'done') {
      if (outcome.isWritten) this.#writes.forget(sync.uid);
    } else if (progress.isAttempted && refusals.has(outcome.problem.reason)) {
      this.#writes.note(sync.uid, statesOf(sync, progress), outcome.problem);
    }
  }
}

/** Returns what identifies the states of both sides, and the spec. */
function statesOf({ generation }: Sync, { seen }: Pick<RoundProgress, 'seen'>): string {
  return JSON.stringify([generation, seen?.clusterVersion, seen?.storeVersion]);
}
