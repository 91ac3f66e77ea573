import { bounds } from '../store/sandbox-bounds.js';

/**
 * Runs work soon after it is asked for, once for many askings; one at a time, in turns with
 * requests. What has failed is tried again after a while.
 */
export class BackgroundWork {
  /** True: there is more to do, in another turn. */
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

  /** The same after a while, or sooner if it is asked for. */
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
