import { rotationLimits } from '../../core/rotation-limits.js';
import type { RotationRun } from '../domain/rotation-run.js';
import type { ClaimedRun, RotationStore } from '../domain/rotation.store.js';

/** Error if another process may work on the run now: nothing may begin any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor() {
    super('the lease of the run is over');
  }
}

/**
 * Right to work on a run, renewed until it is released. It ends here well before the database gives
 * it to another process. A process that was stopped detects the end when it resumes, because its
 * monotonic clock continued: its active work then ends as well.
 */
export class Lease {
  readonly #store: Pick<RotationStore, 'renew' | 'release'>;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #end: NodeJS.Timeout | undefined;
  #fencedAtMs = 0;

  constructor(store: Pick<RotationStore, 'renew' | 'release'>, { run, fencedAtMs }: ClaimedRun) {
    this.#store = store;
    this.#holdUntil(fencedAtMs);
    this.#timer = setInterval(() => void this.#renew(run), rotationLimits.renewEveryMs);
  }

  /** Returns a signal that is aborted once the lease is lost. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Checks the lease; call it right before every effect. Throws LeaseLost. */
  require(): void {
    if (performance.now() >= this.#fencedAtMs) this.#lost.abort();
    if (this.#lost.signal.aborted) throw new LeaseLost();
  }

  async release(run: RotationRun): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#end);
    if (!this.#lost.signal.aborted) await this.#store.release(run);
  }

  async #renew(run: RotationRun): Promise<void> {
    const renewed = await this.#store.renew(run).catch(() => 'unknown' as const);
    // If the outcome is unknown, the time decides.
    if (renewed === 'unknown') return;
    if (renewed === undefined) this.#lost.abort();
    else this.#holdUntil(renewed.fencedAtMs);
  }

  /** Sets the end: work that began in time may continue until another process may take the run. */
  #holdUntil(fencedAtMs: number): void {
    this.#fencedAtMs = fencedAtMs;
    clearTimeout(this.#end);
    const endMs = fencedAtMs + rotationLimits.leaseMs - rotationLimits.leaseFencedMs;
    this.#end = setTimeout(() => this.#lost.abort(), endMs - performance.now()).unref();
  }
}
