import { backgroundLimits } from '../../core/background-limits.js';
import type { Clock } from '../../core/clock.js';
import { RecentMap } from '../../core/recent-map.js';

interface Refused<Problem> {
  /** Write that the other side, or a schema, has refused. */
  readonly write: string;
  readonly problem: Problem;
  readonly attempts: number;
  readonly untilMs: number;
}

/**
 * Writes of background work that the other side, or a schema, has refused. The same write is
 * repeated only after a pause, because each attempt is recorded as a release of values, or costs a
 * check. A replica that begins repeats all.
 */
export class RefusedWrites<Problem> {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** By uid of the object that is worked on. */
  readonly #known = new RecentMap<string, Refused<Problem>>({
    entriesMax: backgroundLimits.refusedWritesMax,
    keptMs: 2 * backgroundLimits.refusedRetryMsMax,
  });

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Returns why the write must wait; undefined if it may be attempted. */
  problemOf(uid: string, write: string): Problem | undefined {
    const known = this.#known.get(uid);
    const isWaiting = known?.write === write && this.#clock.monotonicMs() < known.untilMs;
    return isWaiting ? known.problem : undefined;
  }

  /** Notes a refusal; each further one of the same write doubles the pause. */
  note(uid: string, write: string, problem: Problem): void {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#known.get(uid);
    const attempts = known?.write === write ? known.attempts + 1 : 1;
    const { refusedRetryMsMin, refusedRetryMsMax } = backgroundLimits;
    const pauseMs = Math.min(refusedRetryMsMin * 2 ** (attempts - 1), refusedRetryMsMax);
    this.#known.set(uid, { write, problem, attempts, untilMs: nowMs + pauseMs }, nowMs);
  }

  /** Forgets the refusals of an object whose write was carried out. */
  forget(uid: string): void {
    this.#known.delete(uid);
  }
}
