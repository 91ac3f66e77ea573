import type { CachedSecret } from '../domain/cache/cached-secret.js';

/** Approximate cost of a state in addition to its document. */
const STATE_BYTES = 700;
/** Approximate cost of each label, in the state and in the index. */
const LABEL_BYTES = 500;

/** Approximate total cost of cached states. */
export class ByteBudget {
  readonly #bytesMax: number;
  /** Budget that contains this budget. */
  readonly #whole: ByteBudget | undefined;
  #bytes = 0;
  #objects = 0;

  constructor(bytesMax: number, whole?: ByteBudget) {
    this.#bytesMax = bytesMax;
    this.#whole = whole;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get objects(): number {
    return this.#objects;
  }

  /** Reserves budget; false if it does not fit: then nothing was reserved. */
  take(state: CachedSecret): boolean {
    const bytes = this.#bytes + sizeOf(state);
    if (bytes > this.#bytesMax || this.#whole?.take(state) === false) return false;
    this.#bytes = bytes;
    this.#objects += 1;
    return true;
  }

  /** Frees the budget that `take` has reserved for a state. */
  give(state: CachedSecret): void {
    this.#bytes -= sizeOf(state);
    this.#objects -= 1;
    this.#whole?.give(state);
  }
}

function sizeOf({ document, labels }: CachedSecret): number {
  return document.sizeBytes + STATE_BYTES + LABEL_BYTES * Object.keys(labels).length;
}
