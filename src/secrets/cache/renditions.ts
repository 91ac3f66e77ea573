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
export class Renditions {
  readonly #bytesMax: number;
  readonly #byState = new Map<CachedSecret, Map<string, ListItem<Rendition>>>();
  readonly #inOrderOfUse = new LinkedList<Rendition>();
  /** By uid of the Secret. */
  readonly #unauthored = new Map<string, Set<ListItem<Rendition>>>();
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
    const item = this.#byState.get(state)?.get(id);
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
    const before = this.#byState.get(state)?.get(id);
    if (before !== undefined) this.#remove(before);
    this.#add(new ListItem({ state, id, content, sizeBytes, isUnauthored }));
    for (let oldest = this.#inOrderOfUse.first; this.#bytes > this.#bytesMax && oldest;) {
      this.#remove(oldest);
      oldest = this.#inOrderOfUse.first;
    }
  }

  /** The state was replaced or removed. */
  drop(state: CachedSecret): void {
    this.#over.add(state);
    for (const item of this.#byState.get(state)?.values() ?? []) this.#remove(item);
  }

  /** It has become known who made a version of this state. */
  attributed({ uid, resourceVersion }: StateId): void {
    this.#attributions += 1;
    for (const item of this.#unauthored.get(uid) ?? []) {
      if (item.value.state.resourceVersion === resourceVersion) this.#remove(item);
    }
  }

  #add(item: ListItem<Rendition>): void {
    const { state, id, sizeBytes, isUnauthored } = item.value;
    const ofState = this.#byState.get(state);
    if (ofState === undefined) this.#byState.set(state, new Map([[id, item]]));
    else ofState.set(id, item);
    this.#inOrderOfUse.append(item);
    this.#bytes += sizeBytes;
    if (!isUnauthored) return;
    const ofSecret = this.#unauthored.get(state.uid);
    if (ofSecret === undefined) this.#unauthored.set(state.uid, new Set([item]));
    else ofSecret.add(item);
  }

  #remove(item: ListItem<Rendition>): void {
    const { state, id, sizeBytes, isUnauthored } = item.value;
    const ofState = this.#byState.get(state);
    ofState?.delete(id);
    if (ofState?.size === 0) this.#byState.delete(state);
    this.#inOrderOfUse.remove(item);
    this.#bytes -= sizeBytes;
    if (!isUnauthored) return;
    const ofSecret = this.#unauthored.get(state.uid);
    ofSecret?.delete(item);
    if (ofSecret?.size === 0) this.#unauthored.delete(state.uid);
  }
}
