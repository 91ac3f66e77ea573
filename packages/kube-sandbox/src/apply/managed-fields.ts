import type { Json, JsonObject, KubeObject } from '../model/kube-object.js';
import { cloneJson, isJsonObject } from '../model/kube-object.js';
import type { SchemaNode, SchemaSource } from '../model/schema-node.js';
import { entriesOf, equalJson } from '../patch/members.js';
import { decodeOwners, encodeOwners, ownerKey } from './field-owners.js';
import type { FieldOwner, FieldOwners } from './field-owners.js';
import { FieldSet } from './field-set.js';
import { SchemaMismatch } from './list-elements.js';
import { compareValues, withoutFields } from './object-comparison.js';
import { ObjectTypes } from './object-type.js';
import { capUpdaters, takeFields } from './owner-changes.js';
import { zeroObject } from './zero-object.js';

export interface FieldManagement {
  /** `fieldManager` of the request; the empty string becomes `unknown`. */
  readonly manager: string;
  /** `apiVersion` of the request, e.g. `apps/v1`. */
  readonly apiVersion: string;
  /** RFC 3339, whole seconds. */
  readonly now: string;
  /** The empty string, `status` or `scale`. */
  readonly subresource: string;
  readonly schema: SchemaNode | undefined;
  readonly schemas: SchemaSource;
  /** Fields that this kind of write does not change or own, e.g. `[['status']]`. */
  readonly resetFields?: readonly (readonly string[])[];
}

export interface RecordedUpdate extends FieldManagement {
  /** Undefined on create. */
  readonly old: KubeObject | undefined;
  readonly updated: KubeObject;
}

/** Fields that identify an object or that the server sets; they have no owner. */
export const unowned = FieldSet.of(
  ['apiVersion'],
  ['kind'],
  ['metadata'],
  ['metadata', 'name'],
  ['metadata', 'namespace'],
  ['metadata', 'creationTimestamp'],
  ['metadata', 'selfLink'],
  ['metadata', 'uid'],
  ['metadata', 'clusterName'],
  ['metadata', 'generation'],
  ['metadata', 'managedFields'],
  ['metadata', 'resourceVersion'],
);

/**
 * Returns `updated` with the `metadata.managedFields` after a POST, PUT or non-apply PATCH. An
 * object that was reset with `managedFields: [{}]` or `[]` stays untracked until it is applied.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function recordUpdate(update: RecordedUpdate): KubeObject {
  const { old, updated } = update;
  const owners = ownersBefore(update);
  if (owners.size === 0 && old?.metadata.uid) return withOwners(updated, owners);
  try {
    const tracked = trackUpdate(update, owners);
    const result = withOwners(updated, tracked);
    return old === undefined ? result : withoutNewTimes(old, result);
  } catch (error) {
    if (!(error instanceof SchemaMismatch)) throw error;
    return withManagedFields(updated, old?.metadata.managedFields);
  }
}

/** Returns the owners after an update, without the object. Throws SchemaMismatch. */
export function trackUpdate(update: RecordedUpdate, owners: FieldOwners): FieldOwners {
  const { schema, schemas, updated } = update;
  const types = new ObjectTypes(schemas);
  const old = update.old ?? zeroObject(updated, schemas);
  const before = withManagedFields(old, undefined);
  const after = withManagedFields(updated, undefined);
  const ignored = FieldSet.of(...(update.resetFields ?? []));
  const change = withoutFields(compareValues(types, types.root(schema), before, after), ignored);
  const result = takeFields(owners, '', change);
  const taken = change.modified.union(change.added).difference(unowned);
  if (!taken.isEmpty) {
    const self = ownerOf(update, 'Update');
    const key = ownerKey(self);
    const fields = result.get(key)?.fields.union(taken) ?? taken;
    // The API server loses the time when it converts a Scale to its parent.
    const time = update.subresource === 'scale' ? undefined : update.now;
    result.set(key, { ...self, time, fields });
  }
  return capUpdaters(result);
}

/** Returns the entry of a request's field manager, without fields. */
export function ownerOf(
  { manager, apiVersion, subresource }: FieldManagement,
  operation: 'Apply' | 'Update',
): FieldOwner {
  const name = manager === '' ? 'unknown' : manager;
  const fields = new FieldSet();
  return { manager: name, operation, apiVersion, subresource, time: undefined, fields };
}

/**
 * Returns `updated` with the times of `old` if nothing else differs, so that such a write has no
 * effect. Call it after a strategy has restored the fields that the request may not change.
 */
export function withoutNewTimes(old: KubeObject, updated: KubeObject): KubeObject {
  const { managedFields } = old.metadata;
  const isSame = equalJson(withoutTimes(old), withoutTimes(updated));
  return isSame ? withManagedFields(updated, managedFields) : updated;
}

function withoutTimes(object: KubeObject): KubeObject {
  const entries = (object.metadata.managedFields ?? []).map((entry) => {
    const members = entriesOf(entry).filter(([name]) => name !== 'time');
    return Object.fromEntries(members);
  });
  return withManagedFields(object, entries);
}

function ownersBefore({ old, updated, subresource }: RecordedUpdate): FieldOwners {
  const live = decodeOwners(old?.metadata.managedFields) ?? new Map<string, FieldOwner>();
  if (subresource !== '') return live;
  const sent: Json | undefined = updated.metadata.managedFields;
  if (isReset(sent)) return new Map();
  const owners = decodeOwners(sent);
  return owners === undefined || owners.size === 0 ? live : owners;
}

function isReset(sent: Json | undefined): boolean {
  if (!Array.isArray(sent) || sent.length > 1) return false;
  return sent.every((entry) => isJsonObject(entry) && entriesOf(entry).length === 0);
}

export function withOwners(object: KubeObject, owners: FieldOwners): KubeObject {
  return withManagedFields(object, encodeOwners(owners));
}

export function withManagedFields(
  object: KubeObject,
  managedFields: JsonObject[] | undefined,
): KubeObject {
  const metadata = { ...object.metadata };
  delete metadata.managedFields;
  if (managedFields !== undefined) metadata.managedFields = managedFields;
  return cloneJson({ ...object, metadata });
}
