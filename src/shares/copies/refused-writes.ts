import type { Clock } from '../../core/clock.js';
import { RecentMap } from '../../core/recent-map.js';
import { shareLimits } from '../../core/share-limits.js';
import type { CopyProblem } from './domain/copy-state.js';

interface Refused {
  /** Write that the cluster or a schema refused. */
  readonly write: string;
  readonly problem: CopyProblem;
  readonly attempts: number;
  readonly untilMs: number;
}

/**
 * Writes of copies that the cluster or a schema has refused. The same write is repeated only after
 * a pause, because each attempt is recorded as a release of values, or costs a check. A replica
 * that begins repeats all.
 */
export class RefusedWrites {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** By uid of the import. */
  readonly #known = new RecentMap<string, Refused>({
    entriesMax: shareLimits.refusedWritesMax,
    keptMs: 2 * shareLimits.refusedRetryMsMax,
  });

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Returns why the write must wait; undefined if it may be attempted. */
  problemOf(importUid: string, write: string): CopyProblem | undefined {
    const known = this.#known.get(importUid);
    const isWaiting = known?.write === write && this.#clock.monotonicMs() < known.untilMs;
    return isWaiting ? known.problem : undefined;
  }

  /** Notes a refusal; each further one of the same write doubles the pause. */
  note(importUid: string, write: string, problem: CopyProblem): void {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#known.get(importUid);
    const attempts = known?.write === write ? known.attempts + 1 : 1;
    const { refusedRetryMsMin, refusedRetryMsMax } = shareLimits;
    const pauseMs = Math.min(refusedRetryMsMin * 2 ** (attempts - 1), refusedRetryMsMax);
    this.#known.set(importUid, { write, problem, attempts, untilMs: nowMs + pauseMs }, nowMs);
  }

  /** Forgets the refusals of an import whose copy was written. */
  forget(importUid: string): void {
    this.#known.delete(importUid);
  }
}
