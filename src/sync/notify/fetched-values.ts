import type { Clock } from '../../core/clock.js';
import { RecentMap } from '../../core/recent-map.js';
import { syncLimits } from '../../core/sync-limits.js';

interface Entry<Value> {
  value: Value | undefined;
  fetchedAtMs: number;
  attemptedAtMs: number;
  fetching: Promise<Value | undefined> | undefined;
}

export interface FetchedValuesOptions {
  /** How long a value is used without another fetch. */
  readonly usedMs: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Receives the failure of a fetch. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Values from elsewhere that notifications are checked with. Senders without a credential cause
 * fetches, so that each value is fetched at most once in a pause, whatever they send.
 */
export class FetchedValues<Value> {
  readonly #options: FetchedValuesOptions;
  readonly #entries: RecentMap<string, Entry<Value>>;

  constructor(options: FetchedValuesOptions) {
    this.#options = options;
    const { notifyFetchedMax: entriesMax } = syncLimits;
    this.#entries = new RecentMap({ entriesMax, keptMs: 2 * options.usedMs });
  }

  /** Reports whether a value was fetched or requested, however long ago. */
  knows(key: string): boolean {
    return this.#entries.get(key) !== undefined;
  }

  /** Returns a value, fetched at most `usedMs` ago; undefined if it cannot be had now. */
  async get(key: string, fetch: () => Promise<Value>): Promise<Value | undefined> {
    const entry = this.#entryOf(key);
    const { value } = entry;
    if (value !== undefined && this.#nowMs() - entry.fetchedAtMs < this.#options.usedMs) {
      return value;
    }
    return this.#fetched(entry, fetch);
  }

  /** Returns a value that is fetched now, unless the last fetch was a moment ago. */
  async renewed(key: string, fetch: () => Promise<Value>): Promise<Value | undefined> {
    const entry = this.#entryOf(key);
    return (await this.#fetched(entry, fetch)) ?? entry.value;
  }

  async #fetched(entry: Entry<Value>, fetch: () => Promise<Value>): Promise<Value | undefined> {
    if (entry.fetching !== undefined) return entry.fetching;
    const nowMs = this.#nowMs();
    if (nowMs - entry.attemptedAtMs < syncLimits.notifyFetchPauseMs) return undefined;
    entry.attemptedAtMs = nowMs;
    entry.fetching = this.#fetch(entry, fetch).finally(() => (entry.fetching = undefined));
    return entry.fetching;
  }

  async #fetch(entry: Entry<Value>, fetch: () => Promise<Value>): Promise<Value | undefined> {
    try {
      entry.value = await fetch();
      entry.fetchedAtMs = this.#nowMs();
      return entry.value;
    } catch (error) {
      this.#options.onFault(error);
      return undefined;
    }
  }

  #entryOf(key: string): Entry<Value> {
    const known = this.#entries.get(key);
    const made = { value: undefined, fetchedAtMs: 0, fetching: undefined };
    const entry = known ?? { ...made, attemptedAtMs: Number.NEGATIVE_INFINITY };
    // An entry that is used stays.
    this.#entries.set(key, entry, this.#nowMs());
    return entry;
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }
}
