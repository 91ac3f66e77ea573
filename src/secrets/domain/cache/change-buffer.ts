import { LinkedList, ListItem } from '../../../core/linked-list.js';
import { isNoNewer } from '../../../versions/domain/resource-version.js';
import type { SecretChange } from './change-log.js';
import { changeSizeBytes } from './change-size.js';
import type { ChangeContent } from './secret-change.js';

interface Kept {
  readonly change: SecretChange;
  /** Version after all changes that came together with this change: never decreases. */
  readonly endsAt: string;
  readonly sizeBytes: number;
  readonly place: ListItem<ChangeBuffer>;
}

export interface ChangeBounds {
  readonly countMax: number;
  readonly bytesMax: number;
}

/** Versions of a cluster before it was restored, after the version to which it was restored. */
export interface AbandonedVersions {
  readonly behind: string;
  readonly upTo: string;
}

export interface ChangeBufferDependencies extends ChangeBounds {
  readonly room: ChangeBudget;
  /** Version after which all changes are retained. */
  readonly startsAt: string;
  /** Versions at which it is unknown whether their states still exist. */
  readonly abandoned?: AbandonedVersions | undefined;
}

/** Dropped entries at the front of an array before it is copied. */
const FORGOTTEN_MAX = 1_024;

/** Budget of the changes of all namespaces: the oldest is dropped first. */
export class ChangeBudget {
  readonly #bounds: ChangeBounds;
  readonly #inOrder = new LinkedList<ChangeBuffer>();
  #count = 0;
  #bytes = 0;

  constructor(bounds: ChangeBounds) {
    this.#bounds = bounds;
  }

  get count(): number {
    return this.#count;
  }

  take(changes: ChangeBuffer, sizeBytes: number): ListItem<ChangeBuffer> {
    const place = new ListItem(changes);
    this.#inOrder.append(place);
    this.#count += 1;
    this.#bytes += sizeBytes;
    return place;
  }

  leave({ place, sizeBytes }: Pick<Kept, 'place' | 'sizeBytes'>): void {
    this.#inOrder.remove(place);
    this.#count -= 1;
    this.#bytes -= sizeBytes;
  }

  makeRoom(): void {
    const { countMax, bytesMax } = this.#bounds;
    while (this.#count > countMax || this.#bytes > bytesMax) {
      this.#inOrder.first?.value.forgetOldest();
    }
  }
}

/** The latest changes of a namespace, in order. */
export class ChangeBuffer {
  readonly #parts: ChangeBufferDependencies;
  #bytes = 0;
  #kept: (Kept | undefined)[] = [];
  #forgotten = 0;
  #next = 0;
  #startsAt: string;

  constructor(parts: ChangeBufferDependencies) {
    this.#parts = parts;
    this.#startsAt = parts.startsAt;
  }

  /** Returns the sequence of the next change. */
  get next(): number {
    return this.#next;
  }

  get count(): number {
    return this.#kept.length - this.#forgotten;
  }

  add(content: ChangeContent, at: { readonly reached: string; readonly endsAt: string }): void {
    const { room, countMax, bytesMax } = this.#parts;
    const change = { ...content, sequence: this.#next, reached: at.reached };
    const sizeBytes = changeSizeBytes(content);
    this.#next += 1;
    this.#bytes += sizeBytes;
    const place = room.take(this, sizeBytes);
    this.#kept.push({ change, endsAt: at.endsAt, sizeBytes, place });
    while (this.count > countMax || this.#bytes > bytesMax) this.forgetOldest();
    room.makeRoom();
  }

  /** Skips `count` changes that are not retained, up to this version. */
  skip(count: number, endsAt: string): void {
    this.forgetAll();
    this.#next += count;
    this.#startsAt = endsAt;
  }

  forgetOldest(): void {
    const oldest = this.#kept[this.#forgotten];
    if (oldest === undefined) return;
    this.#parts.room.leave(oldest);
    this.#bytes -= oldest.sizeBytes;
    this.#kept[this.#forgotten] = undefined;
    this.#forgotten += 1;
    this.#startsAt = oldest.endsAt;
    if (this.#forgotten < FORGOTTEN_MAX) return;
    this.#kept = this.#kept.slice(this.#forgotten);
    this.#forgotten = 0;
  }

  forgetAll(): void {
    while (this.count > 0) this.forgetOldest();
  }

  /**
   * Returns the sequence of the first change after a version; undefined if changes after the
   * version were dropped. Changes that came together are all after each version before their last.
   */
  after(resourceVersion: string): number | undefined {
    if (!isNoNewer(this.#startsAt, resourceVersion)) return undefined;
    if (this.#isAbandoned(resourceVersion)) return undefined;
    let low = this.#forgotten;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isNoNewer(this.#kept[middle]?.endsAt ?? '', resourceVersion)) low = middle + 1;
      else high = middle;
    }
    return this.#next - (this.#kept.length - low);
  }

  /** Returns changes; undefined if some of them were dropped. */
  from(sequence: number, limit: number): readonly SecretChange[] | undefined {
    const first = this.#next - this.count;
    if (sequence < first) return undefined;
    const start = this.#forgotten + (sequence - first);
    return this.#kept.slice(start, start + limit).flatMap((kept) => kept?.change ?? []);
  }

  #isAbandoned(resourceVersion: string): boolean {
    const { abandoned } = this.#parts;
    if (abandoned === undefined || isNoNewer(resourceVersion, abandoned.behind)) return false;
    return isNoNewer(resourceVersion, abandoned.upTo);
  }
}
