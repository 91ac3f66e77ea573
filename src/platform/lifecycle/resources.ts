/**
 * Closes what the gateway has opened, in reverse order of opening: after a stop, and after a start
 * that failed half-way. Nest runs no destroy hook for a provider whose successor failed.
 */
export class Resources {
  readonly #stack = new AsyncDisposableStack();

  /** To be called right after opening. */
  defer(close: () => Promise<void> | void): void {
    this.#stack.defer(close);
  }

  /** Closes everything, also if a part fails to close; rejects with what failed. Idempotent. */
  close(): Promise<void> {
    return this.#stack.disposeAsync();
  }
}
