import type { Representation } from '../representation.js';
import { keyNotFound } from '../representations.js';
import type { StoredSecret } from '../secret.js';
import { type DocumentPlace, type FoundMember, memberAt } from './key-document.js';

/** Member of the document in a key. */
export class KeyMember implements Representation<FoundMember> {
  readonly id: string;
  readonly showsVersion = false;
  readonly #place: DocumentPlace;

  constructor(place: DocumentPlace) {
    this.id = `member:${place.key}#${place.pointer}`;
    this.#place = place;
  }

  /** Throws NotFound if the Secret has no such key or member, and Invalid for no document. */
  render(secret: StoredSecret): FoundMember {
    const value = secret.data.get(this.#place.key);
    if (value === undefined) throw keyNotFound(secret, this.#place.key);
    return memberAt(secret, this.#place, value);
  }

  /** Too large for a cache: a document has as many members as bytes, and a state has one list. */
  sizeBytes(): number {
    return Infinity;
  }
}
