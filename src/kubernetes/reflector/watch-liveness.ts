import { limits } from '../../core/limits.js';

type State = 'down' | 'open' | 'between';

/**
 * Liveness of a watch: it is open and within its permitted age, or its successor is about to open.
 */
export class WatchLiveness {
  readonly #onLost: () => void;
  #state: State = 'down';
  #untilMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `onLost` is called when liveness is lost, by a failure or by time. */
  constructor(onLost: () => void) {
    this.#onLost = onLost;
  }

  get isLive(): boolean {
    // Timers can be late; liveness that has expired by the clock is over.
    return this.#state !== 'down' && performance.now() < this.#untilMs;
  }

  opened(): void {
    this.#enter('open', limits.watchStaleMs);
  }

  ended(): void {
    if (this.#state === 'open') this.#enter('between', limits.watchGapMsMax);
  }

  failed(): void {
    clearTimeout(this.#timer);
    if (this.#state === 'down') return;
    this.#state = 'down';
    this.#onLost();
  }

  #enter(state: State, lastsMs: number): void {
    clearTimeout(this.#timer);
    this.#state = state;
    this.#untilMs = performance.now() + lastsMs;
    this.#timer = setTimeout(() => this.failed(), lastsMs).unref();
  }
}
