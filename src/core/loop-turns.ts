import { setImmediate as turn } from 'node:timers/promises';

/** Scheduler of long work, one turn of the event loop each: other work runs in between. */
export class LoopTurns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves in an exclusive turn, in the order of the calls. */
  next(): Promise<void> {
    this.#last = this.#last.then(() => turn());
    return this.#last;
  }
}
