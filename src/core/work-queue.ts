import { setImmediate as turn } from 'node:timers/promises';
import { LinkedList, ListItem } from './linked-list.js';
import { within } from './within.js';

interface Waiting {
  readonly go: () => void;
  hasTurn: boolean;
}

/**
 * Work of which only so much goes on at a time, in the order in which it came. Others take their
 * turn in between, also where it ends without waiting for anything.
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
   * The work's own end, or a rejection with `reason` when the signal aborts: it does not begin
   * after that, and keeps its place until it is over where it has begun.
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
      // Its turn may have come in the same moment.
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
