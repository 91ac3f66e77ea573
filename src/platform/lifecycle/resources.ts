/**
 * Closes everything that the gateway has opened, in reverse order: after a stop, and after a start
 * that failed half-way. Nest runs no destroy hook for a provider whose successor failed.
 */
export class Resources {
  readonly #stack = new AsyncDisposableStack();

  /** Registers `close`; call it right after opening. */
  defer(close: () => Promise<void> | void): void {
    this.#stack.defer(close);
  }

  /** Closes everything, even if a part fails to close; rejects with the failure. Idempotent. */
  close(): Promise<void> {
    return this.#stack.disposeAsync();
  }
}
