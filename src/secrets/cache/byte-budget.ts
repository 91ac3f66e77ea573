import type { CachedSecret } from '../domain/cache/cached-secret.js';

/** What a state costs beside its document, about. */
const STATE_BYTES = 700;
/** The same of each label, in the state and in the index. */
const LABEL_BYTES = 500;

/** What states that are held cost together, about. */
export class ByteBudget {
  readonly #bytesMax: number;
  /** What this is a part of. */
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

  /** False where it does not fit; then nothing was taken. */
  take(state: CachedSecret): boolean {
    const bytes = this.#bytes + sizeOf(state);
    if (bytes > this.#bytesMax || this.#whole?.take(state) === false) return false;
    this.#bytes = bytes;
    this.#objects += 1;
    return true;
  }

  /** What was taken before. */
  give(state: CachedSecret): void {
    this.#bytes -= sizeOf(state);
    this.#objects -= 1;
    this.#whole?.give(state);
  }
}

function sizeOf({ document, labels }: CachedSecret): number {
  return document.sizeBytes + STATE_BYTES + LABEL_BYTES * Object.keys(labels).length;
}
