/** Restarts that may follow each other quickly. */
const FREE_RESTARTS = 5;
/** A restart later than this after the one before is a first one. */
const QUICK_MS = 60_000;
const PAUSE_MS_MAX = 30_000;

/**
 * Time from a change to the restart of a program. A value that changes all the time does not start
 * the program all the time: the pause is doubled for each quick restart.
 */
export class RestartPace {
  readonly #debounceMs: number;
  #quickRestarts = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(debounceMs: number) {
    this.#debounceMs = debounceMs;
  }

  get pauseMs(): number {
    const doublings = Math.max(0, this.#quickRestarts - FREE_RESTARTS);
    return Math.max(this.#debounceMs, Math.min(this.#debounceMs * 2 ** doublings, PAUSE_MS_MAX));
  }

  /** Counts a restart; the time is one of a monotonic clock. */
  note(nowMs: number): void {
    const isQuick = nowMs - this.#lastMs < QUICK_MS;
    this.#quickRestarts = isQuick ? this.#quickRestarts + 1 : 0;
    this.#lastMs = nowMs;
  }
}
