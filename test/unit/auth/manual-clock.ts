import { Clock } from '../../../src/core/clock.js';

/** Stands still until it is told. */
export class ManualClock extends Clock {
  #nowMs = 1_000_000;
  #monotonicMs = 5_000;

  override nowMs(): number {
    return this.#nowMs;
  }

  override monotonicMs(): number {
    return this.#monotonicMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    this.#monotonicMs += ms;
  }

  /** As whoever sets the time of a machine does: no time passes. */
  setBack(ms: number): void {
    this.#nowMs -= ms;
  }
}
