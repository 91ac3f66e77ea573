import { unavailable } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import { isSpent } from './domain/key-age.js';

/**
 * Count of the active key's wraps, reserved ahead: after a crash, some counted wraps never
 * happened, but every wrap was counted.
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

  /** Takes a count before a wrap; throws Unavailable if none is reserved. */
  take(): void {
    if (this.#left === 0) {
      throw unavailable('history is closed: what its encryption key wraps cannot be counted', {
        internal: `${this.keyId} ${this.#isSpent ? 'has wrapped all it may' : 'is not counted'}`,
      });
    }
    this.#left -= 1;
    if (this.#left < limits.keyWrapsReserved / 2) this.fill().catch(() => undefined);
  }

  /** Reserves wraps. Rejects with StorageError; remaining wraps may be used in any case. */
  fill(): Promise<void> {
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined;
    });
    return this.#filling;
  }

  /** Returns reserved wraps that will not be used. */
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
