import { randomUUID } from 'node:crypto';
import { announcementOf } from '../core/announced-id.js';
import { limits } from '../core/limits.js';

/**
 * Recorded `Audit-ID`s for calls without a caller. Hashes of many IDs are recorded before the first
 * ID is used. Only this process knows an ID until its one call, and it is used soon or never.
 */
export class RecordedIds {
  readonly #record: (announcements: readonly string[]) => Promise<void>;
  #left: readonly string[] = [];
  #announcedAtMs = 0;

  constructor(record: (announcements: readonly string[]) => Promise<void>) {
    this.#record = record;
  }

  /** Returns an id to one caller at a time. If ids cannot be recorded, throws: make no call. */
  async next(): Promise<string> {
    const ageMs = performance.now() - this.#announcedAtMs;
    if (this.#left.length === 0 || ageMs >= limits.announcedIdMsMax) await this.#announce();
    const [id = '', ...left] = this.#left;
    this.#left = left;
    return id;
  }

  async #announce(): Promise<void> {
    this.#left = [];
    // Before it is recorded: to the reader of the trail, the ids are younger.
    const announcedAtMs = performance.now();
    const ids = Array.from({ length: limits.recordedIdsMax }, () => randomUUID());
    await this.#record(ids.map(announcementOf));
    this.#announcedAtMs = announcedAtMs;
    this.#left = ids;
  }
}
