import type { FieldSet } from './field-set.js';
import type { PathElement } from './path-element.js';

/**
 * Position of a field during a walk through an object. The position caches the sets of its
 * ancestors, so that an insertion needs no walk from the root, which may be hundreds of levels up.
 */
export class FieldPlace {
  readonly #parent: FieldPlace | undefined;
  readonly #element: PathElement | undefined;
  #below: Map<FieldSet, FieldSet> | undefined;

  /** Without arguments: the position of the whole object. */
  constructor(parent?: FieldPlace, element?: PathElement) {
    this.#parent = parent;
    this.#element = element;
  }

  child(element: PathElement): FieldPlace {
    return new FieldPlace(this, element);
  }

  /** Adds this field, not its parents; the whole object is not a field. */
  insertInto(set: FieldSet): void {
    if (this.#parent === undefined || this.#element === undefined) return;
    this.#parent.#setBelow(set).insertMember(this.#element);
  }

  #setBelow(set: FieldSet): FieldSet {
    if (this.#parent === undefined || this.#element === undefined) return set;
    const known = this.#below?.get(set);
    if (known !== undefined) return known;
    const below = this.#parent.#setBelow(set).childAt(this.#element);
    this.#below ??= new Map();
    this.#below.set(set, below);
    return below;
  }
}
