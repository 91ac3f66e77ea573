import { randomUUID } from 'node:crypto';
import { limits } from '../core/limits.js';

/**
 * `Audit-ID`s for calls that nobody asked for. Many go on record at once, before the first of them
 * is used; each is used for one call, as reports of the cluster are joined by it once.
 */
export class RecordedIds {
  readonly #record: (ids: readonly string[]) => Promise<void>;
  #left: readonly string[] = [];

  constructor(record: (ids: readonly string[]) => Promise<void>) {
    this.#record = record;
  }

  /** For one caller at a time. Throws what keeps ids from being recorded: the call must not be. */
  async next(): Promise<string> {
    if (this.#left.length === 0) {
      const ids = Array.from({ length: limits.recordedIdsMax }, () => randomUUID());
      await this.#record(ids);
      this.#left = ids;
    }
    const [id = '', ...left] = this.#left;
    this.#left = left;
    return id;
  }
}
