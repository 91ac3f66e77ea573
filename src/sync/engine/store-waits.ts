const PAUSED = 'the store has failed, or demands a pause: it gets no calls for some time';

/** Store that must get no call for some time. */
export class StoreWaits extends Error {
  override readonly name = 'StoreWaits';
  readonly waitMs: number;
  /** Whether the store has failed or demands a pause; otherwise, it only has no calls left. */
  readonly isPaused: boolean;

  constructor(waitMs: number, isPaused = false) {
    super(isPaused ? PAUSED : 'too many calls of the store are used');
    this.waitMs = waitMs;
    this.isPaused = isPaused;
  }
}
