import { limits } from '../core/limits.js';

/** Ids of tokens that the trail lists as revoked, whatever the database contains. */
export class RevokedTokenIds {
  readonly #ids = new Set<string>();

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Adds an id; beyond `limits.tokenRevocationsMax`, the oldest is forgotten. */
  add(id: string): void {
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > limits.tokenRevocationsMax && oldest !== undefined) {
      this.#ids.delete(oldest);
    }
  }
}
