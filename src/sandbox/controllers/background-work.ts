/** Runs work soon after it is asked for, once for many askings; one at a time. */
export class BackgroundWork {
  readonly #work: () => void;
  readonly #onFault: (error: unknown) => void;
  #next: NodeJS.Immediate | undefined;

  constructor(work: () => void, onFault: (error: unknown) => void) {
    this.#work = work;
    this.#onFault = onFault;
  }

  request(): void {
    this.#next ??= setImmediate(() => {
      this.#next = undefined;
      try {
        this.#work();
      } catch (error) {
        this.#onFault(error);
      }
    });
  }

  stop(): void {
    clearImmediate(this.#next);
    this.#next = undefined;
  }
}
