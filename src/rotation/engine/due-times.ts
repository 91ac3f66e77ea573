/** Longest timer, because the wall clock may be set meanwhile. */
const TIMER_MS_MAX = 60_000;

/** Timer for several names: one call once some times have come. */
export class DueTimes {
  readonly #onDue: (names: readonly string[]) => void;
  readonly #times = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #timerMs = Infinity;
  #isStopped = false;

  /** `onDue` receives each name once; to be called again, set its time again. */
  constructor(onDue: (names: readonly string[]) => void) {
    this.#onDue = onDue;
  }

  get(name: string): number | undefined {
    return this.#times.get(name);
  }

  /** Sets a time; `timeMs`: by the wall clock. */
  set(name: string, timeMs: number): void {
    if (this.#isStopped) return;
    this.#times.set(name, timeMs);
    if (timeMs < this.#timerMs) this.#arm(timeMs);
  }

  delete(name: string): void {
    this.#times.delete(name);
  }

  countUntil(timeMs: number): number {
    let count = 0;
    for (const time of this.#times.values()) if (time <= timeMs) count += 1;
    return count;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#times.clear();
  }

  #arm(timeMs: number): void {
    clearTimeout(this.#timer);
    this.#timerMs = timeMs;
    const delayMs = Math.min(Math.max(timeMs - Date.now(), 0), TIMER_MS_MAX);
    this.#timer = setTimeout(() => this.#fire(), delayMs);
  }

  #fire(): void {
    this.#timerMs = Infinity;
    const nowMs = Date.now();
    const due = [...this.#times].filter(([, timeMs]) => timeMs <= nowMs).map(([name]) => name);
    for (const name of due) this.#times.delete(name);
    if (due.length > 0) this.#onDue(due);
    let earliestMs = Infinity;
    for (const timeMs of this.#times.values()) earliestMs = Math.min(earliestMs, timeMs);
    if (earliestMs < Infinity) this.#arm(earliestMs);
  }
}
