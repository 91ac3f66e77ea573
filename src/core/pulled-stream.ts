import { type EndReason, endReasonOf, whenAborted } from './stream-end.js';

export interface PulledStreamOptions {
  /** Aborts if the client disconnects, the credential ends or the gateway stops, with a reason. */
  readonly signal: AbortSignal;
  /** Right under which the stream was opened; its signal aborts once it is lost. */
  readonly held: { readonly signal: AbortSignal; release(): void };
  readonly waiter: { leave(): void };
  /** Records the end. Never throws. */
  readonly onEnd: (reason: EndReason) => Promise<void>;
}

/**
 * Life of a stream from which its reader pulls. The stream ends once, for the first reason. Its end
 * is recorded before its reader learns of it.
 */
export class PulledStream {
  readonly #options: PulledStreamOptions;
  readonly #over = new AbortController();
  #reason: EndReason | undefined;
  #recorded: Promise<void> = Promise.resolve();

  constructor(options: PulledStreamOptions) {
    const { signal, held } = options;
    this.#options = options;
    whenAborted(signal, this.#over.signal, () => this.end(endReasonOf(signal)));
    whenAborted(held.signal, this.#over.signal, () => this.end('right'));
  }

  /** Reason of the end; undefined while the stream goes on. */
  get reason(): EndReason | undefined {
    return this.#reason;
  }

  /** Aborts at the end. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /**
   * Returns what `pull` returns; done if that is undefined. An error of `pull` ends the stream, and
   * is thrown.
   */
  async next<T>(pull: () => Promise<T | undefined>): Promise<IteratorResult<T, undefined>> {
    try {
      const value = await pull();
      if (value !== undefined) return { done: false, value };
    } catch (error) {
      this.end('failed');
      await this.#recorded;
      throw error;
    }
    return this.#done();
  }

  /** Ends the stream on behalf of its reader. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.end('client');
    return this.#done();
  }

  /** Ends the stream, unless it has ended. */
  end(reason: EndReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    const { held, waiter, onEnd } = this.#options;
    this.#recorded = onEnd(reason);
    held.release();
    waiter.leave();
    this.#over.abort();
  }

  async #done(): Promise<IteratorReturnResult<undefined>> {
    await this.#recorded;
    return { done: true, value: undefined };
  }
}
