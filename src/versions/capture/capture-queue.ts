import { limits } from '../../core/limits.js';
import { type SecretStream, refKey } from '../domain/secret-feed.js';
import type { SecretState } from '../domain/secret-state.js';

/** Entry to be recorded, in the order of its stream. */
export interface Entry {
  readonly stream: SecretStream;
  readonly kind: 'state' | 'removed' | 'reached';
  /** Undefined if the stream only reports its position. */
  readonly state: SecretState | undefined;
  /** Position of the stream after it; undefined for parts of a list, which have no order. */
  readonly resourceVersion: string | undefined;
  /** Found by a list: changes between it and the last version are unknown. */
  readonly isListed: boolean;
  readonly arrivedMs: number;
}

/** The capture has ended; unrecorded states come again after the next start. */
export class CaptureEnded extends Error {
  override readonly name = 'CaptureEnded';
}

const ENTRY_BYTES = 1_024;

/**
 * Entries on their way into the database, limited in number and bytes: producers wait for room.
 * Entries leave in any order, except those of one Secret. A stream's position advances only up to
 * its first remaining entry.
 */
export class CaptureQueue {
  #entries: Entry[] = [];
  #bytes = 0;
  #hasEnded = false;
  #isWoken = false;
  #wakeTaker: (() => void) | undefined;
  #wakeAdders: (() => void)[] = [];

  get length(): number {
    return this.#entries.length;
  }

  /** Returns the age of the oldest entry in milliseconds; 0 if there is none. */
  lagMs(nowMs: number): number {
    const [oldest] = this.#entries;
    return oldest === undefined ? 0 : nowMs - oldest.arrivedMs;
  }

  /** Resolves once it is in; throws CaptureEnded. */
  async add(entry: Entry): Promise<void> {
    while (!this.#hasEnded && this.#isFull()) {
      await new Promise<void>((resolve) => this.#wakeAdders.push(resolve));
    }
    if (this.#hasEnded) throw new CaptureEnded();
    this.#entries.push(entry);
    this.#bytes += sizeOf(entry);
    this.wake();
  }

  /** Resolves once no entry of a stream is left; throws CaptureEnded. */
  async drained(stream: SecretStream): Promise<void> {
    while (!this.#hasEnded && this.#entries.some((entry) => entry.stream === stream)) {
      await new Promise<void>((resolve) => this.#wakeAdders.push(resolve));
    }
    if (this.#hasEnded) throw new CaptureEnded();
  }

  /**
   * Returns the next batch: the oldest entries, except held entries and later entries of their
   * Secrets. After a Secret's removal, the batch contains no further entry of the Secret.
   */
  batch(isHeld: (entry: Entry) => boolean): readonly Entry[] {
    const barred = new Set<string>();
    const taken: Entry[] = [];
    let bytes = 0;
    for (const entry of this.#entries) {
      if (taken.length >= limits.versionBatchStatesMax) break;
      if (bytes > limits.versionBatchBytesMax) break;
      const key = entry.state === undefined ? undefined : refKey(entry.state.secret);
      if (key !== undefined && barred.has(key)) continue;
      if (isHeld(entry)) {
        if (key !== undefined) barred.add(key);
        continue;
      }
      if (key !== undefined && entry.kind === 'removed') barred.add(key);
      taken.push(entry);
      bytes += sizeOf(entry);
    }
    return taken;
  }

  /** Returns each stream's position once these are stored: all earlier entries must be, too. */
  placesAfter(batch: readonly Entry[]): ReadonlyMap<SecretStream, string> {
    const done = new Set(batch);
    const stuck = new Set<SecretStream>();
    const places = new Map<SecretStream, string>();
    for (const entry of this.#entries) {
      const { stream, resourceVersion } = entry;
      if (stuck.has(stream)) continue;
      if (!done.has(entry)) stuck.add(stream);
      else if (resourceVersion !== undefined) places.set(stream, resourceVersion);
    }
    return places;
  }

  /** Removes entries that are in the database. */
  remove(batch: readonly Entry[]): void {
    const done = new Set(batch);
    this.#entries = this.#entries.filter((entry) => !done.has(entry));
    for (const entry of batch) this.#bytes -= sizeOf(entry);
    this.#wakeAll();
  }

  /** Resolves when something may have changed since the last call, or after this time. */
  async changed(withinMs: number): Promise<void> {
    if (!this.#isWoken) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, withinMs);
      this.#wakeTaker = resolve;
      await promise;
      clearTimeout(timer);
      this.#wakeTaker = undefined;
    }
    this.#isWoken = false;
  }

  /** Wakes the taker, which may be busy with something else now. */
  wake(): void {
    this.#isWoken = true;
    this.#wakeTaker?.();
  }

  end(): void {
    this.#hasEnded = true;
    this.wake();
    this.#wakeAll();
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  #isFull(): boolean {
    const isLong = this.#entries.length >= limits.versionQueueStatesMax;
    return isLong || this.#bytes >= limits.versionQueueBytesMax;
  }

  #wakeAll(): void {
    const waiting = this.#wakeAdders;
    this.#wakeAdders = [];
    for (const wake of waiting) wake();
  }
}

function sizeOf({ state }: Entry): number {
  if (state === undefined) return ENTRY_BYTES;
  const { data, annotations } = state.secret;
  let bytes = ENTRY_BYTES;
  for (const value of data.values()) bytes += value.sizeBytes;
  for (const text of Object.values(annotations)) bytes += text.length;
  return bytes;
}
