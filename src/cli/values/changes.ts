import type { ReadValues } from './read-values.js';

/** Last state that was not taken yet. */
export class Changes {
  #values: ReadValues | undefined;
  #noted = Promise.withResolvers<void>();

  /** Resolves once there is a state to take; rejects with the reason of `fail`. */
  get next(): Promise<void> {
    return this.#noted.promise;
  }

  note(values: ReadValues): void {
    this.#values = values;
    this.#noted.resolve();
  }

  /** Resolves `next` without a state: the work ends. */
  wake(): void {
    this.#noted.resolve();
  }

  fail(reason: unknown): void {
    this.#noted.reject(reason as Error);
  }

  take(): ReadValues | undefined {
    const values = this.#values;
    this.#values = undefined;
    this.#noted = Promise.withResolvers();
    return values;
  }
}
