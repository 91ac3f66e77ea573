import { limits } from '../core/limits.js';

/** Looks every some seconds, sooner when asked, never twice at a time. */
export class KeyWatch {
  readonly #once: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #lookedMs = -Infinity;

  constructor(once: () => Promise<void>) {
    this.#once = once;
  }

  start(): void {
    // What fails now is tried the next time: the database says so elsewhere.
    const look = (): void => void this.look().catch(() => undefined);
    this.#timer ??= setInterval(look, limits.keyLookMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#running?.catch(() => undefined);
  }

  /** One that begins now, after the one that runs. */
  async look(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => undefined);
    return this.#begin();
  }

  /** One that runs already will do, or has ended only just now. */
  lookSoon(): Promise<void> {
    if (this.#running !== undefined) return this.#running;
    const isRecent = performance.now() - this.#lookedMs < limits.keyLookSoonMs;
    return isRecent ? Promise.resolve() : this.#begin();
  }

  #begin(): Promise<void> {
    this.#running = this.#once().finally(() => {
      this.#running = undefined;
      this.#lookedMs = performance.now();
    });
    return this.#running;
  }
}
