import { bounds } from '../store/sandbox-bounds.js';

/**
 * Work that runs soon after a request and once for many requests. HTTP requests are served between
 * two runs. A run that fails is repeated after a delay.
 */
export class BackgroundWork {
  /** Returns true if more work remains for another run. */
  readonly #work: () => boolean;
  readonly #onFault: (error: unknown) => void;
  #next: NodeJS.Immediate | undefined;
  #later: NodeJS.Timeout | undefined;

  constructor(work: () => boolean, onFault: (error: unknown) => void) {
    this.#work = work;
    this.#onFault = onFault;
  }

  request(): void {
    this.#next ??= setImmediate(() => {
      this.#next = undefined;
      this.#run();
    });
  }

  /** Requests a run after a delay; a call of `request` may start one sooner. */
  requestAfter(ms: number): void {
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.request();
    }, ms).unref();
  }

  stop(): void {
    clearImmediate(this.#next);
    clearTimeout(this.#later);
    this.#next = undefined;
    this.#later = undefined;
  }

  #run(): void {
    try {
      if (this.#work()) this.request();
    } catch (error) {
      this.#onFault(error);
      this.requestAfter(bounds.controllerRetryMs);
    }
  }
}
