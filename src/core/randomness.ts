import { randomBytes, randomInt, randomUUID } from 'node:crypto';

/** Injectable source of what nobody can guess. */
export interface Randomness {
  /** Returns a whole number from 0 to below the bound, each with the same chance. */
  readonly below: (bound: number) => number;
  readonly bytes: (sizeBytes: number) => Uint8Array;
  /** Returns a UUID of version 4. */
  readonly uuid: () => string;
}

/** Randomness of the operating system. */
export const systemRandomness: Randomness = {
  below: (bound) => randomInt(bound),
  bytes: (sizeBytes) => randomBytes(sizeBytes),
  uuid: () => randomUUID(),
};
