import { isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject } from '../model/kube-object.js';
import { checkOrder, elementType, keyedElements, keyOf, normalisedOrder } from './element-order.js';
import { entriesOf } from './members.js';
import { memberOf } from '../schema/raw-value.js';
import { unforeseen } from './patch-schema.js';
import type { PatchRule } from './patch-schema.js';

export interface ListRule extends PatchRule {
  /** Whether the patch lists scalars to delete. */
  readonly isDeletion: boolean;
  /** Merges an element of the patch into the element with its key. */
  mergeElement(current: JsonObject, element: JsonObject): JsonObject;
}

export interface OrderedLists {
  readonly current: Json[] | undefined;
  readonly patched: Json[] | undefined;
  /** Content of `$setElementOrder`: scalars, or objects with the merge key. */
  readonly wanted: Json[];
}

/** Returns the merged list in the order of the patch; undefined if neither side has a list. */
export function orderedElements(lists: OrderedLists, rule: ListRule): Json[] | undefined {
  const { current, patched, wanted } = lists;
  checkOrder(patched ?? [], wanted, rule.mergeKey);
  const merged = mergedLists(current, patched, rule);
  if (merged === undefined) return undefined;
  elementType(current ?? [], patched ?? []);
  return normalisedOrder(merged, wanted, current ?? [], rule.mergeKey);
}

function mergedLists(
  current: Json[] | undefined,
  patched: Json[] | undefined,
  rule: ListRule,
): Json[] | undefined {
  if (patched === undefined) return current;
  if (current === undefined) {
    return patched.map(withoutDirectives).filter((element) => element !== undefined);
  }
  if (rule.strategy !== 'merge') return patched;
  return mergeList(current, patched, rule);
}

/** Merges lists whose strategy is `merge`: scalars as sets, objects by merge key. */
export function mergeList(original: Json[], patch: Json[], rule: ListRule): Json[] {
  if (original.length === 0 && patch.length === 0) return original;
  if (elementType(original, patch) !== 'object') {
    if (rule.isDeletion) {
      const deleted = new Set(patch);
      return original.filter((element) => !deleted.has(element));
    }
    const both = [...new Set([...original, ...patch])];
    return normalisedOrder(both, patch, original, '');
  }
  if (rule.mergeKey === '') throw unforeseen('cannot merge lists without merge key for struct');
  const { kept, patched } = applyDirectives(original, patch, rule.mergeKey);
  const merged = mergeElements(kept, patched, rule);
  return normalisedOrder(merged, patched, kept, rule.mergeKey);
}

/** Elements with `$patch` delete others, or replace the whole list, and are removed themselves. */
function applyDirectives(
  original: Json[],
  patch: Json[],
  mergeKey: string,
): { kept: Json[]; patched: Json[] } {
  const deleted = new Set<Json>();
  let isReplaced = false;
  const patched: Json[] = [];
  for (const element of patch.filter(isJsonObject)) {
    const directive = memberOf(element, '$patch');
    if (directive === undefined) patched.push(element);
    else if (directive === 'replace') isReplaced = true;
    else if (directive === 'delete') deleted.add(keyOf(element, mergeKey));
    else throw unknownDirective(directive);
  }
  if (isReplaced) return { kept: patched, patched: [] };
  return {
    kept: deleted.size === 0 ? original : withoutKeys(original, deleted, mergeKey),
    patched,
  };
}

function unknownDirective(directive: Json): Error {
  if (directive === 'merge') {
    return unforeseen('merging lists cannot yet be specified in the patch');
  }
  return unforeseen(`unknown patch type${typeof directive === 'string' ? `: ${directive}` : ''}`);
}

function withoutKeys(list: Json[], keys: ReadonlySet<Json>, mergeKey: string): Json[] {
  return keyedElements(list).filter((element) => {
    const key = memberOf(element, mergeKey);
    return key === undefined || !keys.has(key);
  });
}

function mergeElements(original: Json[], patch: Json[], rule: ListRule): Json[] {
  const { mergeKey } = rule;
  const merged = keyedElements(original);
  const places = new Map<Json | undefined, number>();
  for (const [index, element] of merged.entries()) {
    const key = memberOf(element, mergeKey);
    if (!places.has(key)) places.set(key, index);
  }
  for (const element of keyedElements(patch)) {
    const key = keyOf(element, mergeKey);
    const place = places.get(key) ?? merged.length;
    const current = merged[place];
    merged[place] = current === undefined ? element : rule.mergeElement(current, element);
    places.set(key, place);
  }
  return merged;
}

/** Returns the value without directives; undefined if the value itself is a directive. */
export function withoutDirectives(value: Json): Json | undefined {
  if (Array.isArray(value)) {
    return value.map(withoutDirectives).filter((element) => element !== undefined);
  }
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, '$patch')) return undefined;
  const members = entriesOf(value).map(([name, member]) => [name, withoutDirectives(member)]);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined)) as JsonObject;
}
