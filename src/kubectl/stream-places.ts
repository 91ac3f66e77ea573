import { SallyportError } from '../core/errors/sallyport-error.js';
import type { Principal } from '../core/principal.js';

export interface StreamBounds {
  readonly what: 'watches' | 'lists';
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

  /** Throws TooManyRequests where there is none left; release it once. */
  take({ username }: Pick<Principal, 'username'>): { release(): void } {
    const { what, inAllMax, ofUserMax } = this.#bounds;
    const ofUser = this.#ofUsers.get(username) ?? 0;
    if (ofUser >= ofUserMax || this.#taken >= inAllMax) {
      const headers = { 'retry-after': '1' };
      throw new SallyportError('TooManyRequests', `too many ${what} at once`, { headers });
    }
    this.#taken += 1;
    this.#ofUsers.set(username, ofUser + 1);
    return { release: () => this.#release(username) };
  }

  #release(username: string): void {
    this.#taken -= 1;
    const left = (this.#ofUsers.get(username) ?? 1) - 1;
    if (left > 0) this.#ofUsers.set(username, left);
    else this.#ofUsers.delete(username);
  }
}
