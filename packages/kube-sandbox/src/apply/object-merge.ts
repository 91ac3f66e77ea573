import { isJsonObject } from '../model/kube-object.js';
import type { Json } from '../model/kube-object.js';
import { entriesOf } from '../patch/members.js';
import { memberOf } from '../schema/raw-value.js';
import { elementsOf } from './list-elements.js';
import type { ListElement } from './list-elements.js';
import { isEmptyAs, shapesOf } from './object-comparison.js';
import { byText } from './object-fields.js';
import type { ListType, MapType, ObjectTypes, Shape, TypeRef, ValueType } from './object-type.js';
import { mergedOrder } from './merged-order.js';

type Maybe = Json | undefined;

/**
 * Merges the applied value into the live value. The merge removes nothing. Fields of both take the
 * applied value; lists with keys and sets merge. Throws SchemaMismatch.
 */
export function mergeValues(types: ObjectTypes, type: TypeRef, live: Maybe, applied: Maybe): Maybe {
  const valueType = types.of(type);
  let result: Maybe;
  for (const shape of shapesOf(valueType, live, applied)) {
    result = mergeAs(types, { shape, type: valueType }, live, applied);
  }
  return result;
}

function mergeAs(
  types: ObjectTypes,
  { shape, type }: { readonly shape: Shape; readonly type: ValueType },
  live: Maybe,
  applied: Maybe,
): Maybe {
  const isEmpty = isEmptyAs(shape, live) && isEmptyAs(shape, applied);
  if (!isEmpty && shape === 'map' && type.map?.isAtomic === false) {
    return mergeMaps(types, type.map, live, applied);
  }
  if (!isEmpty && shape === 'list' && type.list?.isAtomic === false) {
    return mergeLists(types, type.list, live, applied);
  }
  return applied === undefined ? live : applied;
}

function mergeMaps(types: ObjectTypes, type: MapType, live: Maybe, applied: Maybe): Maybe {
  const left = isJsonObject(live) ? live : {};
  const right = isJsonObject(applied) ? applied : {};
  const names = new Set([...entriesOf(left), ...entriesOf(right)].map(([name]) => name));
  const merged: [string, Json][] = [];
  for (const name of names) {
    const memberType = types.member(type, name);
    if (memberType === undefined) continue;
    const value = mergeValues(types, memberType, memberOf(left, name), memberOf(right, name));
    if (value !== undefined) merged.push([name, value]);
  }
  return merged.length > 0 ? Object.fromEntries(merged) : undefined;
}

function mergeLists(types: ObjectTypes, type: ListType, live: Maybe, applied: Maybe): Maybe {
  const left = Array.isArray(live) ? elementsOf(types, type, live) : [];
  const right = Array.isArray(applied) ? elementsOf(types, type, applied) : [];
  const liveByText = byText(left);
  const appliedByText = byText(right);
  const merged: Json[] = [];
  for (const { isApplied, item } of mergedOrder(left, right)) {
    const { text } = item.element;
    const current = isApplied ? single(liveByText.get(text)) : item.value;
    const wanted = isApplied ? single(appliedByText.get(text)) : undefined;
    const value = mergeValues(types, type.element, current, wanted);
    if (value !== undefined) merged.push(value);
  }
  return merged.length > 0 ? merged : undefined;
}

/** Duplicate live items do not merge; the applied item replaces them. */
function single(items: readonly ListElement[] | undefined): Maybe {
  return items?.length === 1 ? items[0]?.value : undefined;
}
