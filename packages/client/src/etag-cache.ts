/** A response that is used again while the gateway confirms its entity tag. */
export interface CachedResponse<T> {
  readonly etag: string;
  readonly content: T;
}

/** Latest responses by path, in memory; those that were not used for longest are dropped. */
export class EtagCache {
  readonly #entriesMax: number;
  readonly #entries = new Map<string, CachedResponse<unknown>>();

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  get<T>(path: string): CachedResponse<T> | undefined {
    const entry = this.#entries.get(path);
    if (entry === undefined) return undefined;
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    return entry as CachedResponse<T>; // a path has one type of content
  }

  set<T>(path: string, entry: CachedResponse<T>): void {
    if (this.#entriesMax === 0) return;
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#entriesMax && oldest !== undefined) this.#entries.delete(oldest);
  }
}
