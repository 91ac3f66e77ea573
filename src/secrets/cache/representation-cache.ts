import { limits } from '../../core/limits.js';
import { LinkedList, ListItem } from '../../core/linked-list.js';
import type { CachedSecret } from '../domain/cache/cached-secret.js';
import type { Representation } from '../domain/representation.js';
import type { StateId } from '../domain/secret-history.js';

/** Approximate cost of an entry in addition to its content. */
const ENTRY_BYTES = 400;

interface Rendition {
  readonly state: CachedSecret;
  readonly id: string;
  readonly content: unknown;
  readonly sizeBytes: number;
  readonly isUnauthored: boolean;
  /** Next item of a state: most states have one item, for which a Map is large. */
  next: ListItem<Rendition> | undefined;
}

export interface RenditionTraits {
  /** Whether it contains a version without a known author: it ends when the author is known. */
  readonly isUnauthored: boolean;
  /** `attributions` from before history was queried; needed if it is unauthored. */
  readonly asOf: number;
}

export interface RenditionOptions {
  readonly bytesMax?: number;
}

/**
 * Rendered representations of cached states, ready to be sent. Evicts the least recently used
 * first; all representations of a state are evicted together.
 */
export class RepresentationCache {
  readonly #bytesMax: number;
  /** First item of each state. */
  readonly #byState = new Map<CachedSecret, ListItem<Rendition>>();
  readonly #inOrderOfUse = new LinkedList<Rendition>();
  /** States that have, or had, unauthored representations, by uid of the Secret. */
  readonly #unauthored = new Map<string, CachedSecret>();
  /** States that are over: their representations come too late to be cached. */
  readonly #over = new WeakSet<CachedSecret>();
  #bytes = 0;
  #attributions = 0;

  constructor({ bytesMax = limits.cacheRenditionBytesMax }: RenditionOptions = {}) {
    this.#bytesMax = bytesMax;
  }

  /** Returns how often an author became known: see `RenditionTraits.asOf`. */
  get attributions(): number {
    return this.#attributions;
  }

  /** Returns the approximate cost of all entries. */
  get sizeBytes(): number {
    return this.#bytes;
  }

  get<T>(state: CachedSecret, { id }: Pick<Representation<T>, 'id'>): T | undefined {
    const item = this.#find(state, id);
    if (item === undefined) return undefined;
    this.#inOrderOfUse.moveToEnd(item);
    // Representations with one id have equal content, by their contract.
    return item.value.content as T;
  }

  /** Caches content, unless the state is over or its author became known meanwhile. */
  keep<T>(
    state: CachedSecret,
    representation: Pick<Representation<T>, 'id' | 'sizeBytes'>,
    content: T,
    { isUnauthored, asOf }: RenditionTraits,
  ): void {
    if (this.#over.has(state) || (isUnauthored && asOf !== this.#attributions)) return;
    const sizeBytes = representation.sizeBytes(content) + ENTRY_BYTES;
    if (sizeBytes > this.#bytesMax) return;
    const { id } = representation;
    const before = this.#find(state, id);
    if (before !== undefined) this.#remove(before);
    const next = this.#byState.get(state);
    this.#add(new ListItem({ state, id, content, sizeBytes, isUnauthored, next }));
    for (let oldest = this.#inOrderOfUse.first; this.#bytes > this.#bytesMax && oldest;) {
      this.#remove(oldest);
      oldest = this.#inOrderOfUse.first;
    }
  }

  /** Drops a state that was replaced or removed. */
  drop(state: CachedSecret): void {
    this.#over.add(state);
    for (const item of this.#of(state)) this.#remove(item);
  }

  /** Records that the author of a state's version became known. */
  attributed({ uid, resourceVersion }: StateId): void {
    this.#attributions += 1;
    const state = this.#unauthored.get(uid);
    if (state?.resourceVersion === resourceVersion) this.#dropUnauthored(state);
  }

  #find(state: CachedSecret, id: string): ListItem<Rendition> | undefined {
    let item = this.#byState.get(state);
    while (item !== undefined && item.value.id !== id) item = item.value.next;
    return item;
  }

  #of(state: CachedSecret): readonly ListItem<Rendition>[] {
    const items: ListItem<Rendition>[] = [];
    for (let item = this.#byState.get(state); item !== undefined; item = item.value.next) {
      items.push(item);
    }
    return items;
  }

  #dropUnauthored(state: CachedSecret): void {
    for (const item of this.#of(state)) if (item.value.isUnauthored) this.#remove(item);
  }

  /** Adds it in front of the other representations of its state. */
  #add(item: ListItem<Rendition>): void {
    const { state, sizeBytes, isUnauthored } = item.value;
    this.#byState.set(state, item);
    this.#inOrderOfUse.append(item);
    this.#bytes += sizeBytes;
    if (!isUnauthored) return;
    // Only one state of a Secret exists at a time: another one is over, or will be.
    const other = this.#unauthored.get(state.uid);
    if (other !== undefined && other !== state) this.#dropUnauthored(other);
    this.#unauthored.set(state.uid, state);
  }

  #remove(item: ListItem<Rendition>): void {
    const { state, sizeBytes, next } = item.value;
    const previous = this.#of(state).find((one) => one.value.next === item);
    if (previous !== undefined) previous.value.next = next;
    else if (next !== undefined) this.#byState.set(state, next);
    else this.#forget(state);
    this.#inOrderOfUse.remove(item);
    this.#bytes -= sizeBytes;
  }

  /** Forgets everything of a state. */
  #forget(state: CachedSecret): void {
    this.#byState.delete(state);
    if (this.#unauthored.get(state.uid) === state) this.#unauthored.delete(state.uid);
  }
}
