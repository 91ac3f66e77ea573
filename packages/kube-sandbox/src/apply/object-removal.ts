import { isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject } from '../model/kube-object.js';
import { entriesOf } from '../patch/members.js';
import type { FieldSet } from './field-set.js';
import { elementsOf } from './list-elements.js';
import { shapeOf } from './object-type.js';
import type { ListType, MapType, ObjectTypes, TypeRef } from './object-type.js';
import { fieldElement } from './path-element.js';

/**
 * Returns the value without the fields of a set; emptied values are null. Throws SchemaMismatch.
 */
export function removeFields(types: ObjectTypes, type: TypeRef, value: Json, set: FieldSet): Json {
  const valueType = types.of(type);
  const { map, list } = valueType;
  const shape = shapeOf(valueType, value);
  if (shape === 'map' && map !== undefined) {
    return isJsonObject(value) && !map.isAtomic ? fromMap(types, map, value, set) : null;
  }
  if (shape === 'list' && list !== undefined) {
    return Array.isArray(value) && !list.isAtomic ? fromList(types, list, value, set) : null;
  }
  return value;
}

function fromMap(types: ObjectTypes, type: MapType, value: JsonObject, set: FieldSet): Json {
  const kept: [string, Json][] = [];
  for (const [name, member] of entriesOf(value)) {
    const element = fieldElement(name);
    if (set.hasMember(element)) continue;
    const memberType = types.member(type, name);
    const below = set.under(element);
    const isWhole = memberType === undefined || below.isEmpty;
    kept.push([name, isWhole ? member : removeFields(types, memberType, member, below)]);
  }
  return kept.length > 0 ? Object.fromEntries(kept) : null;
}

function fromList(types: ObjectTypes, type: ListType, values: Json[], set: FieldSet): Json {
  const kept: Json[] = [];
  for (const { element, value } of elementsOf(types, type, values)) {
    if (set.hasMember(element)) continue;
    const below = set.under(element);
    kept.push(below.isEmpty ? value : removeFields(types, type.element, value, below));
  }
  return kept.length > 0 ? kept : null;
}
