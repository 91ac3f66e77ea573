/**
 * Closes everything that the gateway has opened, in reverse order: after a stop, and after a start
 * that failed half-way. Nest runs no destroy hook for a provider whose successor failed.
 */
export class Resources {
  readonly #stack = new AsyncDisposableStack();
  #closing: Promise<void> | undefined;

  /**
   * Registers `close`; call it right after opening. Nest opens providers at the same time, so one
   * may have opened something after another has failed: then this closes it at once.
   */
  defer(close: () => Promise<void> | void): void {
    if (this.#closing === undefined) this.#stack.defer(close);
    else void closeLate(close);
  }

  /** Closes everything, even if a part fails to close; rejects with the failure. Idempotent. */
  close(): Promise<void> {
    return (this.#closing ??= this.#stack.disposeAsync());
  }
}

/** Ignores a failure: the start has failed before, which is the failure to report. */
async function closeLate(close: () => Promise<void> | void): Promise<void> {
  try {
    await close();
  } catch {
    // Nobody waits for it.
  }
}
