import { limits } from '../../core/limits.js';

interface Turn {
  readonly changes: number;
  readonly go: () => void;
}

/**
 * Scheduler of streams, in their order of arrival. After as many changes as `limits` allow, a
 * stream yields to the other streams.
 */
export class StreamScheduler {
  #waiting: Turn[] = [];
  #isScheduled = false;

  /** Resolves when the stream may send this number of changes. */
  take(changes: number): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ changes, go });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    this.#isScheduled = false;
    let told = 0;
    let count = 0;
    for (const { changes, go } of this.#waiting) {
      if (told >= limits.changesToldAtOnceMax) break;
      told += changes;
      count += 1;
      go();
    }
    this.#waiting = this.#waiting.slice(count);
    if (this.#waiting.length > 0) this.#schedule();
  }
}
