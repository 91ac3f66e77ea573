/** Store that must get no call for some time. */
export class StoreWaits extends Error {
  override readonly name = 'StoreWaits';
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('the store gets no calls now');
    this.waitMs = waitMs;
  }
}
