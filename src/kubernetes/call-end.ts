/** Where a call ends that has not been answered: by its deadline, or by whoever wants no answer. */
export class CallEnd {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #caller: AbortSignal | undefined;
  readonly #end = (): void => this.#controller.abort();
  #isLate = false;

  /** One timer and one listener, both gone with `release`: those of `AbortSignal.any` stay on. */
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

  /** Whether the deadline has passed. */
  get isLate(): boolean {
    return this.#isLate;
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#end);
  }
}
