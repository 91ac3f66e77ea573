import { SallyportError } from './errors/sallyport-error.js';
import type { Principal } from './principal.js';

export interface StreamBounds {
  /** Plural, for the refusal. */
  readonly what: string;
  readonly inAllMax: number;
  /** However many credentials he has. */
  readonly ofUserMax: number;
}

/** How many streams of a kind there may be at a time: in all, and of one user. */
export class StreamPlaces {
  readonly #bounds: StreamBounds;
  readonly #ofUsers = new Map<string, number>();
  #taken = 0;

  constructor(bounds: StreamBounds) {
    this.#bounds = bounds;
  }

  get taken(): number {
    return this.#taken;
  }

  /** So many, or throws TooManyRequests where fewer are left; release them once. */
  take({ username }: Pick<Principal, 'username'>, count = 1): { release(): void } {
    const { what, inAllMax, ofUserMax } = this.#bounds;
    const ofUser = this.#ofUsers.get(username) ?? 0;
    if (ofUser + count > ofUserMax || this.#taken + count > inAllMax) {
      const headers = { 'retry-after': '1' };
      throw new SallyportError('TooManyRequests', `too many ${what} at once`, { headers });
    }
    this.#taken += count;
    this.#ofUsers.set(username, ofUser + count);
    return { release: () => this.#release(username, count) };
  }

  #release(username: string, count: number): void {
    this.#taken -= count;
    const left = (this.#ofUsers.get(username) ?? count) - count;
    if (left > 0) this.#ofUsers.set(username, left);
    else this.#ofUsers.delete(username);
  }
}
