/** End of a call without a complete answer: its deadline, or an abort by the caller. */
export class CallEnd {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #caller: AbortSignal | undefined;
  readonly #end = (): void => this.#controller.abort();
  #isLate = false;

  /** Uses one timer and one listener, which `release` removes; `AbortSignal.any` keeps its own. */
  constructor(timeoutMs: number, caller: AbortSignal | undefined) {
    this.#caller = caller;
    this.#timer = setTimeout(() => {
      this.#isLate = true;
      this.#end();
    }, timeoutMs).unref();
    if (caller?.aborted) this.#end();
    else caller?.addEventListener('abort', this.#end, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Reports whether the deadline has passed. */
  get isLate(): boolean {
    return this.#isLate;
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#end);
  }
}
