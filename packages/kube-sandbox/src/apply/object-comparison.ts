import { isJsonObject } from '../model/kube-object.js';
import type { Json } from '../model/kube-object.js';
import { entriesOf, equalJson } from '../patch/members.js';
import { memberOf } from '../schema/raw-value.js';
import { FieldPlace } from './field-place.js';
import { FieldSet } from './field-set.js';
import { elementsOf } from './list-elements.js';
import type { ListElement } from './list-elements.js';
import { byText } from './object-fields.js';
import { shapeOf } from './object-type.js';
import type { ListType, MapType, ObjectTypes, Shape, TypeRef, ValueType } from './object-type.js';
import { fieldElement } from './path-element.js';

/** Difference of two values in disjoint sets; equal values have empty sets. */
export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

interface Pair {
  readonly left: Json | undefined;
  readonly right: Json | undefined;
  readonly place: FieldPlace;
}

/** Returns the changes from left to right. Throws SchemaMismatch. */
export function compareValues(
  types: ObjectTypes,
  type: TypeRef,
  left: Json,
  right: Json,
): Comparison {
  const comparer = new Comparer(types);
  comparer.compare(type, { left, right, place: new FieldPlace() });
  return comparer;
}

/** Returns a comparison without the given fields and their children. */
export function withoutFields(comparison: Comparison, ignored: FieldSet): Comparison {
  return {
    removed: comparison.removed.recursiveDifference(ignored),
    modified: comparison.modified.recursiveDifference(ignored),
    added: comparison.added.recursiveDifference(ignored),
  };
}

/** Returns the shapes under which to compare a pair: two if the shapes of the sides differ. */
export function shapesOf(
  type: ValueType,
  left: Json | undefined,
  right: Json | undefined,
): readonly Shape[] {
  const shapes = [left, right]
    .filter((value) => value !== undefined)
    .map((value) => shapeOf(type, value));
  return [...new Set(shapes)];
}

class Comparer implements Comparison {
  readonly removed = new FieldSet();
  readonly modified = new FieldSet();
  readonly added = new FieldSet();
  readonly #types: ObjectTypes;

  constructor(types: ObjectTypes) {
    this.#types = types;
  }

  compare(type: TypeRef, pair: Pair): void {
    const valueType = this.#types.of(type);
    let isLeaf = false;
    for (const shape of shapesOf(valueType, pair.left, pair.right)) {
      isLeaf = this.#compareAs(shape, valueType, pair);
    }
    if (isLeaf) return;
    if (pair.left === undefined) pair.place.insertInto(this.added);
    else if (pair.right === undefined) pair.place.insertInto(this.removed);
  }

  /** Returns whether the pair was compared as one field. */
  #compareAs(shape: Shape, type: ValueType, pair: Pair): boolean {
    const isEmpty = isEmptyAs(shape, pair.left) && isEmptyAs(shape, pair.right);
    if (shape === 'map' && type.map?.isAtomic === false && !isEmpty) this.#maps(type.map, pair);
    else if (shape === 'list' && type.list?.isAtomic === false && !isEmpty) {
      this.#lists(type.list, pair);
    } else {
      this.#leaf(pair);
      return true;
    }
    return false;
  }

  #leaf({ left, right, place }: Pair): void {
    if (left === undefined) place.insertInto(this.added);
    else if (right === undefined) place.insertInto(this.removed);
    else if (!equalJson(left, right)) place.insertInto(this.modified);
  }

  #maps(type: MapType, pair: Pair): void {
    const left = isJsonObject(pair.left) ? pair.left : {};
    const right = isJsonObject(pair.right) ? pair.right : {};
    const members = [...entriesOf(left), ...entriesOf(right)];
    for (const name of new Set(members.map(([member]) => member))) {
      const child = {
        left: memberOf(left, name),
        right: memberOf(right, name),
        place: pair.place.child(fieldElement(name)),
      };
      const memberType = this.#types.member(type, name);
      if (memberType !== undefined) this.compare(memberType, child);
    }
  }

  #lists(type: ListType, pair: Pair): void {
    const left = byText(this.#elements(type, pair.left));
    const right = byText(this.#elements(type, pair.right));
    for (const text of new Set([...left.keys(), ...right.keys()])) {
      this.#items(type, pair.place, left.get(text) ?? [], right.get(text) ?? []);
    }
  }

  #elements(type: ListType, value: Json | undefined): ListElement[] {
    return Array.isArray(value) ? elementsOf(this.#types, type, value) : [];
  }

  /** Duplicate items of a list are one field: the list element without its members. */
  #items(
    type: ListType,
    parent: FieldPlace,
    left: readonly ListElement[],
    right: readonly ListElement[],
  ): void {
    const element = (left[0] ?? right[0])?.element;
    if (element === undefined) return;
    const place = parent.child(element);
    if (left.length >= 2 && right.length >= 2) {
      if (!equalJson(valuesOf(left), valuesOf(right))) place.insertInto(this.modified);
      return;
    }
    const single = {
      left: left.length === 1 ? left[0]?.value : undefined,
      right: right.length === 1 ? right[0]?.value : undefined,
      place,
    };
    if (single.left !== undefined || single.right !== undefined) {
      this.compare(type.element, single);
    }
    if (left.length >= 2) place.insertInto(this.removed);
    if (right.length >= 2) place.insertInto(this.added);
  }
}

function valuesOf(elements: readonly ListElement[]): Json[] {
  return elements.map(({ value }) => value);
}

/** Reports whether the value is absent, null, empty or of another shape. */
export function isEmptyAs(shape: Shape, value: Json | undefined): boolean {
  if (shape === 'map') return !isJsonObject(value) || entriesOf(value).length === 0;
  return !Array.isArray(value) || value.length === 0;
}
