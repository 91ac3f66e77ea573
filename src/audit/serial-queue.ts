import { within } from '../core/within.js';

/**
 * Queue of work on one resource, run serially. A caller whose time is over is notified, but its
 * work may still run. The next work waits for it, within its own time, and does not begin after
 * that.
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
