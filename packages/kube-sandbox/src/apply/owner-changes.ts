import type { FieldOwner, FieldOwners } from './field-owners.js';
import { ownerKey, secondsOf } from './field-owners.js';
import type { FieldSet } from './field-set.js';
import type { Comparison } from './object-comparison.js';
import { compareText } from './path-element.js';

const updatersMax = 10;

export interface Conflict {
  readonly owner: FieldOwner;
  readonly fields: FieldSet;
}

/** Returns the fields of other owners that a change touches, in the order of the owners' keys. */
export function conflictsOf(owners: FieldOwners, self: string, change: Comparison): Conflict[] {
  const touched = change.modified.union(change.added);
  return [...owners]
    .filter(([key]) => key !== self)
    .sort(([left], [right]) => compareText(left, right))
    .map(([, owner]) => ({ owner, fields: owner.fields.intersection(touched) }))
    .filter(({ fields }) => !fields.isEmpty);
}

/** Removes changed and removed fields from all other owners, and owners without fields. */
export function takeFields(
  owners: FieldOwners,
  self: string,
  change: Comparison,
): Map<string, FieldOwner> {
  const touched = change.modified.union(change.added);
  const result = new Map<string, FieldOwner>();
  for (const [key, owner] of owners) {
    const isSelf = key === self;
    const fields = isSelf
      ? owner.fields
      : owner.fields.difference(owner.fields.intersection(touched)).difference(change.removed);
    if (!fields.isEmpty) result.set(key, { ...owner, fields });
  }
  return result;
}

/** Merges the oldest updaters of an apiVersion into `ancient-changes` if there are too many. */
export function capUpdaters(owners: FieldOwners): FieldOwners {
  const updaters = [...owners].filter(([, owner]) => owner.operation === 'Update');
  if (updaters.length <= updatersMax) return owners;
  updaters.sort(
    ([leftKey, left], [rightKey, right]) =>
      secondsOf(left) - secondsOf(right) || compareText(leftKey, rightKey),
  );
  const result = new Map(owners);
  const first = new Map<string, string>();
  let count = updaters.length;
  for (const [key, owner] of updaters) {
    if (count <= updatersMax) break;
    const kept = first.get(owner.apiVersion);
    if (kept === undefined) first.set(owner.apiVersion, key);
    else {
      mergeIntoBucket(result, kept, key, owner);
      count -= 1;
    }
  }
  return result;
}

function mergeIntoBucket(
  owners: Map<string, FieldOwner>,
  first: string,
  key: string,
  owner: FieldOwner,
): void {
  const identity = { ...owner, manager: 'ancient-changes', subresource: '' };
  const bucket = ownerKey(identity);
  const merged = owners.get(bucket) ?? owners.get(first);
  if (!owners.has(bucket)) owners.delete(first);
  owners.delete(key);
  const fields = merged === undefined ? owner.fields : merged.fields.union(owner.fields);
  owners.set(bucket, { ...identity, fields });
}
