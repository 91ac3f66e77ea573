/** Body that is used again while the gateway confirms its entity tag. */
export interface CachedBody {
  readonly etag: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Latest bodies by path, in memory; those that were not used for longest are dropped. */
export class EtagCache {
  readonly #entriesMax: number;
  readonly #entries = new Map<string, CachedBody>();

  /** Throws a RangeError if `entriesMax` is no number from 0. */
  constructor(entriesMax: number) {
    if (!(entriesMax >= 0)) throw new RangeError('cachedReadsMax must be a number from 0');
    this.#entriesMax = entriesMax;
  }

  get(path: string): CachedBody | undefined {
    const entry = this.#entries.get(path);
    if (entry === undefined) return undefined;
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    return entry;
  }

  set(path: string, entry: CachedBody): void {
    if (this.#entriesMax === 0) return;
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#entriesMax && oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(path: string): void {
    this.#entries.delete(path);
  }
}
