import { setImmediate as turn } from 'node:timers/promises';
import { LinkedList, ListItem } from './linked-list.js';
import { within } from './within.js';

interface Waiting {
  readonly go: () => void;
  hasTurn: boolean;
}

/**
 * Queue of work with limited concurrency, in order of arrival. Other work runs in between, even if
 * a piece ends without waiting.
 */
export class WorkQueue {
  readonly #atOnceMax: number;
  readonly #waiting = new LinkedList<Waiting>();
  #going = 0;
  #isScheduled = false;

  constructor(atOnceMax: number) {
    this.#atOnceMax = atOnceMax;
  }

  /**
   * Settles with the work, or rejects with `reason` when the signal aborts. Then the work does not
   * begin; if it has begun, it keeps its slot until its end.
   */
  async run<T>(signal: AbortSignal, work: () => Promise<T>, reason: () => Error): Promise<T> {
    if (this.#going < this.#atOnceMax && this.#waiting.first === undefined) this.#going += 1;
    else await this.#turn(signal, reason);
    return within(signal, this.#done(work), reason);
  }

  async #turn(signal: AbortSignal, reason: () => Error): Promise<void> {
    const { promise, resolve: go } = Promise.withResolvers<void>();
    const item = new ListItem<Waiting>({ go, hasTurn: false });
    this.#waiting.append(item);
    try {
      await within(signal, promise, reason);
    } catch (error) {
      // Its slot may have been granted in this moment.
      if (item.value.hasTurn) this.#release();
      else this.#waiting.remove(item);
      throw error;
    }
  }

  async #done<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.#release();
    }
  }

  #release(): void {
    this.#going -= 1;
    if (this.#isScheduled || this.#waiting.first === undefined) return;
    this.#isScheduled = true;
    void turn().then(() => this.#next());
  }

  #next(): void {
    this.#isScheduled = false;
    while (this.#going < this.#atOnceMax) {
      const { first } = this.#waiting;
      if (first === undefined) return;
      this.#waiting.remove(first);
      this.#going += 1;
      first.value.hasTurn = true;
      first.value.go();
    }
  }
}
