import { unavailable } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import { isSpent } from './domain/key-age.js';

/**
 * Counts what the active key wraps, a stretch ahead of time: a crash leaves some counted that never
 * were, and none uncounted that was.
 */
export class WrapCount {
  readonly keyId: string;
  readonly #reserve: (count: number) => Promise<number>;
  #left = 0;
  #filling: Promise<void> | undefined;
  #isSpent = false;

  constructor(keyId: string, reserve: (count: number) => Promise<number>) {
    this.keyId = keyId;
    this.#reserve = reserve;
  }

  /** Before a wrap; throws Unavailable where none is counted for it. */
  take(): void {
    if (this.#left === 0) {
      throw unavailable('history is closed: what its encryption key wraps cannot be counted', {
        internal: `${this.keyId} ${this.#isSpent ? 'has wrapped all it may' : 'is not counted'}`,
      });
    }
    this.#left -= 1;
    if (this.#left < limits.keyWrapsReserved / 2) this.fill().catch(() => undefined);
  }

  /** Rejects with StorageError; what is left may be used all the same. */
  fill(): Promise<void> {
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined;
    });
    return this.#filling;
  }

  /** What was counted and is not going to be. */
  async giveBack(): Promise<void> {
    await this.#filling?.catch(() => undefined);
    const left = this.#left;
    this.#left = 0;
    if (left > 0) await this.#reserve(-left);
  }

  async #fill(): Promise<void> {
    if (this.#isSpent || this.#left >= limits.keyWrapsReserved / 2) return;
    const wraps = await this.#reserve(limits.keyWrapsReserved);
    this.#isSpent = isSpent({ wraps });
    if (!this.#isSpent) this.#left += limits.keyWrapsReserved;
  }
}
