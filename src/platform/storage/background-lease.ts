import type { Clock } from '../../core/clock.js';
import { unavailable } from '../../core/errors/sallyport-error.js';
import { backgroundLimits } from '../../core/background-limits.js';
import type { BackgroundLeases } from './background-leases.js';

export interface BackgroundLeaseDependencies {
  /** Name of the work; no other work has this name. */
  readonly name: string;
  readonly leases: Pick<BackgroundLeases, 'claim' | 'release'>;
  readonly holder: string;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly onGained: () => void;
  readonly onLost: () => void;
  readonly onFault: (error: unknown) => void;
}

/**
 * Lease of a background work: one replica does it. The lease ends here before the database gives
 * it to another replica; a replica that was stopped detects the end when it resumes.
 */
export class BackgroundLease {
  readonly #parts: BackgroundLeaseDependencies;
  #timer: NodeJS.Timeout | undefined;
  #fencedAtMs = -Infinity;
  #isGained = false;
  #asking: Promise<void> | undefined;

  constructor(parts: BackgroundLeaseDependencies) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => this.#askOnce(), backgroundLimits.leaseRenewedMs);
    this.#askOnce();
  }

  /** Throws Unavailable if another replica may do the work now; call it before every effect. */
  require(): void {
    if (this.isHeld) return;
    throw unavailable('another replica does this work now', { internal: 'the lease is over' });
  }

  get isHeld(): boolean {
    return this.#parts.clock.monotonicMs() < this.#fencedAtMs;
  }

  /** Ends the lease; call it after all work has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#asking;
    this.#fencedAtMs = -Infinity;
    if (!this.#isGained) return;
    this.#isGained = false;
    const { leases, name, holder, onFault } = this.#parts;
    await leases.release({ name, holder }).catch(onFault);
  }

  #askOnce(): void {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
  }

  async #ask(): Promise<void> {
    const { leases, name, holder, clock, onFault } = this.#parts;
    const askedMs = clock.monotonicMs();
    try {
      const leaseMs = backgroundLimits.leaseMs;
      const isMine = await leases.claim({ name, holder, leaseMs });
      // If the lease was over meanwhile, another replica may have had it: that is a loss.
      this.#tell();
      // Time counts from before the question, so the lease lasts longer.
      this.#fencedAtMs = isMine ? askedMs + backgroundLimits.leaseFencedMs : -Infinity;
    } catch (error) {
      // If the outcome is unknown, the time decides.
      onFault(error);
    }
    this.#tell();
  }

  #tell(): void {
    if (this.isHeld === this.#isGained) return;
    this.#isGained = this.isHeld;
    if (this.#isGained) this.#parts.onGained();
    else this.#parts.onLost();
  }
}
