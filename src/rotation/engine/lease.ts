import { rotationLimits } from '../../core/rotation-limits.js';
import type { RotationRun } from '../domain/rotation-run.js';
import type { ClaimedRun, RotationStore } from '../domain/rotation.store.js';

/** Somebody else may work on the run now: nothing is begun any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor() {
    super('the lease of the run is over');
  }
}

/**
 * The right to work on a run, renewed for as long as it is held. It ends here well before the
 * database gives it to somebody else; a process that was stopped finds that out when it goes on,
 * because its monotonic clock did not stand still: what is under way then ends as well.
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

  /** Aborted once the lease is lost. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** To be called right before every effect. Throws LeaseLost. */
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
    // What is unknown is decided by the time.
    if (renewed === 'unknown') return;
    if (renewed === undefined) this.#lost.abort();
    else this.#holdUntil(renewed.fencedAtMs);
  }

  /** What began in time may go on until somebody else may have the run. */
  #holdUntil(fencedAtMs: number): void {
    this.#fencedAtMs = fencedAtMs;
    clearTimeout(this.#end);
    const endMs = fencedAtMs + rotationLimits.leaseMs - rotationLimits.leaseFencedMs;
    this.#end = setTimeout(() => this.#lost.abort(), endMs - performance.now()).unref();
  }
}
