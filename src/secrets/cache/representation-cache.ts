import { limits } from '../../core/limits.js';
import { LinkedList, ListItem } from '../../core/linked-list.js';
import type { CachedSecret } from '../domain/cache/cached-secret.js';
import type { Representation } from '../domain/representation.js';
import type { StateId } from '../domain/secret-history.js';

/** What one costs beside its content, about. */
const ENTRY_BYTES = 400;

interface Rendition {
  readonly state: CachedSecret;
  readonly id: string;
  readonly content: unknown;
  readonly sizeBytes: number;
  readonly isUnauthored: boolean;
  /** The next one of the same state: most have one, for which a Map of them is large. */
  next: ListItem<Rendition> | undefined;
}

export interface RenditionTraits {
  /** It shows a version of which nobody is known who made it: it ends when somebody is. */
  readonly isUnauthored: boolean;
  /** `attributions` from before history was asked; needed where it is unauthored. */
  readonly asOf: number;
}

export interface RenditionOptions {
  readonly bytesMax?: number;
}

/**
 * What representations show of states that are cached, ready to be sent. Least recently used ones
 * go first; all of a state go with it.
 */
export class RepresentationCache {
  readonly #bytesMax: number;
  /** The first one of each state. */
  readonly #byState = new Map<CachedSecret, ListItem<Rendition>>();
  readonly #inOrderOfUse = new LinkedList<Rendition>();
  /** By uid of the Secret, its state of which some are, or were, unauthored. */
  readonly #unauthored = new Map<string, CachedSecret>();
  /** States that are over: what is shown of them comes too late to be kept. */
  readonly #over = new WeakSet<CachedSecret>();
  #bytes = 0;
  #attributions = 0;

  constructor({ bytesMax = limits.cacheRenditionBytesMax }: RenditionOptions = {}) {
    this.#bytesMax = bytesMax;
  }

  /** How often authors have become known: see `RenditionTraits.asOf`. */
  get attributions(): number {
    return this.#attributions;
  }

  /** What all of them cost, about. */
  get sizeBytes(): number {
    return this.#bytes;
  }

  get<T>(state: CachedSecret, { id }: Pick<Representation<T>, 'id'>): T | undefined {
    const item = this.#find(state, id);
    if (item === undefined) return undefined;
    this.#inOrderOfUse.moveToEnd(item);
    // Two representations with one id show the same, by their contract.
    return item.value.content as T;
  }

  /** Nothing happens where the state is over, or its author has become known meanwhile. */
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

  /** The state was replaced or removed. */
  drop(state: CachedSecret): void {
    this.#over.add(state);
    for (const item of this.#of(state)) this.#remove(item);
  }

  /** It has become known who made a version of this state. */
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

  /** In front of the others of its state. */
  #add(item: ListItem<Rendition>): void {
    const { state, sizeBytes, isUnauthored } = item.value;
    this.#byState.set(state, item);
    this.#inOrderOfUse.append(item);
    this.#bytes += sizeBytes;
    if (!isUnauthored) return;
    // One state of a Secret is there at a time: another one is over, or will be.
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

  /** Nothing of it is left. */
  #forget(state: CachedSecret): void {
    this.#byState.delete(state);
    if (this.#unauthored.get(state.uid) === state) this.#unauthored.delete(state.uid);
  }
}
