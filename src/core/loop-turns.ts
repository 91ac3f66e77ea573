import { setImmediate as turn } from 'node:timers/promises';

/** Long pieces of work take one turn of the event loop each: others are served in between. */
export class LoopTurns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves in a turn that nobody else gets, in the order of the calls. */
  next(): Promise<void> {
    this.#last = this.#last.then(() => turn());
    return this.#last;
  }
}
