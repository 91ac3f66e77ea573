import { addressGroup } from '../../core/address-group.js';
import { limits } from '../../core/limits.js';
import { RateLimiter } from './rate-limiter.js';

const IN_ALL = 'all';

/** Limits on events of refusals without a credential: of an address, and of all together. */
export class AnonymousQuota {
  readonly #nowMs: () => number;
  readonly #addresses = new RateLimiter({
    requestsPerSecond: 1_000 / limits.anonymousRefusalOfAddressMs,
    burst: limits.anonymousRefusalsOfAddressMax,
    keysMax: limits.limitedAddressesMax,
  });
  readonly #all = new RateLimiter({
    requestsPerSecond: limits.anonymousRefusalsPerSecond,
    burst: limits.anonymousRefusalsMax,
    keysMax: 2,
  });

  /** `nowMs` must never go backwards. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Reports whether the next refusal of this address gets its own event. */
  takeOf(address: string): boolean {
    const nowMs = this.#nowMs();
    return this.#addresses.take(addressGroup(address), nowMs).isAllowed && this.take();
  }

  /** Reports whether there may be one more event, of any address. */
  take(): boolean {
    return this.#all.take(IN_ALL, this.#nowMs()).isAllowed;
  }
}
