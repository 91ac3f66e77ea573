import { LinkedList, ListItem } from '../../../core/linked-list.js';
import { isNoNewer } from '../../../versions/domain/resource-version.js';
import type { SecretChange } from './change-log.js';
import { changeSizeBytes } from './change-size.js';
import type { ChangeContent } from './secret-change.js';

interface Kept {
  readonly change: SecretChange;
  /** Where all that came at once with it has been reached: never lower than of those before. */
  readonly endsAt: string;
  readonly sizeBytes: number;
  readonly place: ListItem<ChangeBuffer>;
}

export interface ChangeBounds {
  readonly countMax: number;
  readonly bytesMax: number;
}

/** Versions that a cluster had before it was set back, behind the one that it was set back to. */
export interface AbandonedVersions {
  readonly behind: string;
  readonly upTo: string;
}

export interface ChangeBufferDependencies extends ChangeBounds {
  readonly room: ChangeBudget;
  /** Everything behind this version is kept. */
  readonly startsAt: string;
  /** Nobody can tell whether what was seen at one of these still is so. */
  readonly abandoned?: AbandonedVersions | undefined;
}

/** Forgotten places at the front of an array before it is made anew. */
const FORGOTTEN_MAX = 1_024;

/** Changes of all namespaces are bounded together: the oldest is forgotten first. */
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

  /** The sequence of the next change. */
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

  /** `count` changes happened that are not kept, up to this version. */
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
   * The sequence of the first change behind a version; undefined where changes behind it are
   * forgotten. Of changes that came at once all are behind each version before their last.
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

  /** Undefined where some of them are forgotten. */
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
