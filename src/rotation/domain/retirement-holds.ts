import type { SecretRef } from '../../secrets/domain/secret.js';

/** Returns why the old credential must still work; undefined: nothing needs it. */
export type RetirementHold = (secret: SecretRef) => Promise<string | undefined>;

/**
 * Reasons for which an old credential is not ended yet. Features that bring the values of a Secret
 * elsewhere add theirs: until the new values have arrived there, somebody uses the old ones.
 */
export class RetirementHolds {
  readonly #holds: RetirementHold[] = [];

  add(hold: RetirementHold): void {
    this.#holds.push(hold);
  }

  /** Returns the first reason; undefined if there is none. Throws what a hold throws. */
  async reasonFor(secret: SecretRef): Promise<string | undefined> {
    for (const hold of this.#holds) {
      const reason = await hold(secret);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }
}
