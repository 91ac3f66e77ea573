import type { Json } from '../model/kube-object.js';
import type { FieldOwners } from './field-owners.js';
import { FieldSet } from './field-set.js';
import { fieldsOf, withDeclaredParents } from './object-fields.js';
import { removeFields } from './object-removal.js';
import type { ObjectTypes, TypeRef } from './object-type.js';

/**
 * Removes the fields that the manager applied last time and that nobody owns now: neither other
 * managers nor the new configuration. Throws SchemaMismatch.
 */
export function pruneObject(
  { types, root }: { readonly types: ObjectTypes; readonly root: TypeRef },
  merged: Json,
  last: FieldSet,
  owners: FieldOwners,
): Json {
  if (last.isEmpty) return merged;
  const whole = (set: FieldSet): FieldSet => withDeclaredParents(types, root, set);
  const all = whole(fieldsOf(types, root, merged));
  const owned = [...owners.values()].reduce((sum, { fields }) => sum.union(fields), new FieldSet());
  const removed = removeFields(types, root, merged, whole(last));
  const remaining = whole(fieldsOf(types, root, removed));
  const unneeded = all.difference(remaining.union(whole(owned)));
  const pruned = removeFields(types, root, merged, unneeded);
  const kept = whole(fieldsOf(types, root, pruned));
  return removeFields(types, root, merged, all.difference(kept).intersection(whole(last)));
}
