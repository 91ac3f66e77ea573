import type { Clock } from '../../core/clock.js';
import { unavailable } from '../../core/errors/sallyport-error.js';
import { shareLimits } from '../../core/share-limits.js';
import type { BackgroundLeases } from '../../platform/storage/background-leases.js';

const NAME = 'share-copies';

export interface CopyLeaseDependencies {
  readonly leases: Pick<BackgroundLeases, 'claim' | 'release'>;
  readonly holder: string;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly onGained: () => void;
  readonly onLost: () => void;
  readonly onFault: (error: unknown) => void;
}

/**
 * Lease of the work on copies: one replica does it. The lease ends here before the database gives
 * it to another replica; a replica that was stopped detects the end when it resumes.
 */
export class CopyLease {
  readonly #parts: CopyLeaseDependencies;
  #timer: NodeJS.Timeout | undefined;
  #fencedAtMs = -Infinity;
  #isGained = false;
  #asking: Promise<void> | undefined;

  constructor(parts: CopyLeaseDependencies) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => this.#askOnce(), shareLimits.copyLeaseRenewedMs);
    this.#askOnce();
  }

  /** Throws Unavailable if another replica may do the work now; call it before every effect. */
  require(): void {
    if (this.isHeld) return;
    throw unavailable('another replica works on copies now', { internal: 'the lease is over' });
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
    const { leases, holder, onFault } = this.#parts;
    await leases.release({ name: NAME, holder }).catch(onFault);
  }

  #askOnce(): void {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
  }

  async #ask(): Promise<void> {
    const { leases, holder, clock, onFault } = this.#parts;
    const askedMs = clock.monotonicMs();
    try {
      const leaseMs = shareLimits.copyLeaseMs;
      const isMine = await leases.claim({ name: NAME, holder, leaseMs });
      // If the lease was over meanwhile, another replica may have had it: that is a loss.
      this.#tell();
      // Time counts from before the question, so the lease lasts longer.
      this.#fencedAtMs = isMine ? askedMs + shareLimits.copyLeaseFencedMs : -Infinity;
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
