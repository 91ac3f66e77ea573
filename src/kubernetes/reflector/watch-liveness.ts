import { limits } from '../../core/limits.js';

type State = 'down' | 'open' | 'between';

/**
 * Whether what a watch says can be relied upon: it is open and not older than it may be, or its
 * successor is about to open.
 */
export class WatchLiveness {
  readonly #onLost: () => void;
  #state: State = 'down';
  #untilMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `onLost` is called when it goes, by a failure or by time. */
  constructor(onLost: () => void) {
    this.#onLost = onLost;
  }

  get isLive(): boolean {
    // Timers can be late; what has run out by the clock is over.
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
