import { isJsonObject } from '../model/kube-object.js';
import type { Json } from '../model/kube-object.js';
import { entriesOf } from '../patch/members.js';
import { FieldPlace } from './field-place.js';
import { FieldSet } from './field-set.js';
import { elementsOf } from './list-elements.js';
import type { ListElement } from './list-elements.js';
import { declares, shapeOf } from './object-type.js';
import type { ListType, MapType, ObjectTypes, TypeRef } from './object-type.js';
import { fieldElement } from './path-element.js';

/** Returns the fields that an apply of the value would own. Throws SchemaMismatch. */
export function fieldsOf(types: ObjectTypes, type: TypeRef, value: Json): FieldSet {
  const collector = new FieldCollector(types);
  collector.collect(type, value, new FieldPlace());
  return collector.set;
}

/** Adds the declared parents of each field, so that removing the set removes whole branches. */
export function withDeclaredParents(types: ObjectTypes, type: TypeRef, set: FieldSet): FieldSet {
  const result = set.copy();
  addParents({ types, result }, type, set, new FieldPlace());
  return result;
}

function addParents(
  into: { readonly types: ObjectTypes; readonly result: FieldSet },
  type: TypeRef | undefined,
  set: FieldSet,
  place: FieldPlace,
): void {
  const { map, list } = type === undefined ? {} : into.types.of(type);
  for (const { element, set: below } of set.children()) {
    const here = place.child(element);
    let childType: TypeRef | undefined;
    if (element.kind === 'field' && map !== undefined) {
      childType = into.types.member(map, element.name);
      if (declares(map, element.name)) here.insertInto(into.result);
    } else if (element.kind === 'key') childType = list?.element;
    addParents(into, childType, below, here);
  }
}

class FieldCollector {
  readonly set = new FieldSet();
  readonly #types: ObjectTypes;

  constructor(types: ObjectTypes) {
    this.#types = types;
  }

  collect(type: TypeRef, value: Json, place: FieldPlace): void {
    const valueType = this.#types.of(type);
    const shape = shapeOf(valueType, value);
    if (shape === 'map' && valueType.map !== undefined) this.#map(valueType.map, value, place);
    else if (shape === 'list' && valueType.list !== undefined) {
      this.#list(valueType.list, value, place);
    } else place.insertInto(this.set);
  }

  #map(type: MapType, value: Json, place: FieldPlace): void {
    if (type.isAtomic) place.insertInto(this.set);
    else if (isJsonObject(value)) {
      for (const [name, member] of entriesOf(value)) {
        const memberType = this.#types.member(type, name);
        const here = place.child(fieldElement(name));
        if (memberType !== undefined) this.collect(memberType, member, here);
        const isEmpty = isJsonObject(member) && entriesOf(member).length === 0;
        if (member === null || isEmpty || !declares(type, name)) here.insertInto(this.set);
      }
    }
  }

  #list(type: ListType, value: Json, place: FieldPlace): void {
    if (type.isAtomic) {
      place.insertInto(this.set);
      return;
    }
    const elements = Array.isArray(value) ? elementsOf(this.#types, type, value) : [];
    for (const same of byText(elements).values()) {
      const [first] = same;
      if (first === undefined) continue;
      const here = place.child(first.element);
      here.insertInto(this.set);
      if (same.length === 1) this.collect(type.element, first.value, here);
    }
  }
}

/** Groups the elements that name one item, in the order of first appearance. */
export function byText(elements: readonly ListElement[]): Map<string, ListElement[]> {
  return Map.groupBy(elements, ({ element }) => element.text);
}
