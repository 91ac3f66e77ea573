/** What happened was cut off before it went on. */
class Cut extends Error {
  override readonly name = 'Cut';

  constructor() {
    super('the process that it is about was killed');
  }
}

/** One thing that a process says or hears; rejects where that comes to nothing any more. */
export type Pass = (what: string) => Promise<void>;

/**
 * What a run says and hears goes through here, counted. Armed, it holds what comes at one place and
 * all that follows, until the process that says it is dead: then that was never said, or heard.
 */
export class CrashGate {
  readonly passed: string[] = [];
  #holdAt = Infinity;
  #isHeld = false;
  #lastMs = 0;
  /** Of the process that runs now. */
  #turn = Symbol('turn');
  #hold = newHold();

  /** Counts anew; `holdAt`: the place, from 0, at which everything stops. */
  arm(holdAt = Infinity): void {
    this.passed.length = 0;
    this.#holdAt = holdAt;
    this.#isHeld = false;
    this.#lastMs = performance.now();
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** How long nothing has come. */
  get quietMs(): number {
    return performance.now() - this.#lastMs;
  }

  /** For one connection of the process that runs now. */
  join(): Pass {
    const turn = this.#turn;
    return async (what) => {
      if (turn !== this.#turn) throw new Cut();
      this.#isHeld ||= this.passed.length >= this.#holdAt;
      if (this.#isHeld) await this.#hold.promise;
      this.passed.push(what);
      this.#lastMs = performance.now();
    };
  }

  /** What is held goes on, to be held at the place after it. */
  step(): void {
    this.#holdAt = this.passed.length + 1;
    this.#isHeld = false;
    this.#hold.resolve();
    this.#hold = newHold();
  }

  /** What is held goes on after all, and nothing more is held. */
  release(): void {
    this.#hold.resolve();
    this.#hold = newHold();
    this.arm();
  }

  /** The process is dead; what comes from now on is of another one, and is not held. */
  cut(): void {
    this.#turn = Symbol('turn');
    this.#hold.reject(new Cut());
    this.#hold = newHold();
    this.arm();
  }
}

function newHold() {
  const hold = Promise.withResolvers<void>();
  // Nobody may be held.
  hold.promise.catch(() => undefined);
  return hold;
}
