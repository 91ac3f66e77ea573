import { limits } from '../../core/limits.js';

interface Turn {
  readonly changes: number;
  readonly go: () => void;
}

/**
 * Lets streams go on in the order in which they came, until they have told as many changes as
 * `limits` say; then others take their turn.
 */
export class StreamScheduler {
  #waiting: Turn[] = [];
  #isScheduled = false;

  /** Resolves when it is one's turn to tell so many changes. */
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
