import { randomUUID } from 'node:crypto';
import { announcementOf } from '../core/announced-id.js';
import { limits } from '../core/limits.js';

/**
 * `Audit-ID`s for calls that nobody asked for. Hashes of many go on record before the first of them
 * is used; each id is known to this process alone until its one call, and is used soon or never.
 */
export class RecordedIds {
  readonly #record: (announcements: readonly string[]) => Promise<void>;
  #left: readonly string[] = [];
  #announcedAtMs = 0;

  constructor(record: (announcements: readonly string[]) => Promise<void>) {
    this.#record = record;
  }

  /** For one caller at a time. Throws what keeps ids from being recorded: the call must not be. */
  async next(): Promise<string> {
    const ageMs = performance.now() - this.#announcedAtMs;
    if (this.#left.length === 0 || ageMs >= limits.announcedIdMsMax) await this.#announce();
    const [id = '', ...left] = this.#left;
    this.#left = left;
    return id;
  }

  async #announce(): Promise<void> {
    this.#left = [];
    // Before it is written down: to the reader of the trail they are younger.
    const announcedAtMs = performance.now();
    const ids = Array.from({ length: limits.recordedIdsMax }, () => randomUUID());
    await this.#record(ids.map(announcementOf));
    this.#announcedAtMs = announcedAtMs;
    this.#left = ids;
  }
}
