import { within } from '../core/within.js';

/**
 * Work on one thing, a piece after another. A caller whose time is over is told so, but his piece
 * may still run: the next one waits for it, within its own time, and is not begun after that.
 */
export class SerialQueue {
  #running: Promise<unknown> = Promise.resolve();

  /** Rejects as the work does, or when the signal aborts. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const running = this.#running.then(() => {
      signal.throwIfAborted();
      return work();
    });
    this.#running = running.catch(() => undefined);
    return within(signal, running);
  }
}
