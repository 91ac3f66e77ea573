/** Injectable time. */
export abstract class Clock {
  /** Milliseconds since the epoch. */
  abstract nowMs(): number;
}

export class SystemClock extends Clock {
  override nowMs(): number {
    return Date.now();
  }
}
