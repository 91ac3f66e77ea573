import { ApiStatusError, badRequest, invalid } from '../model/api-status.js';
import { isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject, KubeObject } from '../model/kube-object.js';
import { entriesOf, equalJson } from '../patch/members.js';
import { memberOf } from '../schema/raw-value.js';
import { applyConflict, remainingConflicts } from './apply-conflict.js';
import { decodeOwners, ownerKey } from './field-owners.js';
import type { FieldOwner, FieldOwners } from './field-owners.js';
import { FieldSet } from './field-set.js';
import { lastAppliedFields, syncLastApplied } from './last-applied.js';
import { SchemaMismatch } from './list-elements.js';
import { ownerOf, trackUpdate, unowned, withManagedFields, withOwners } from './managed-fields.js';
import type { FieldManagement } from './managed-fields.js';
import { compareValues, withoutFields } from './object-comparison.js';
import { fieldsOf } from './object-fields.js';
import { mergeValues } from './object-merge.js';
import { ObjectTypes } from './object-type.js';
import type { TypeRef } from './object-type.js';
import { mismatches } from './object-validation.js';
import { conflictsOf, takeFields } from './owner-changes.js';
import { pruneObject } from './prune-object.js';

export interface AppliedConfiguration extends FieldManagement {
  /** Undefined if the object does not exist yet. */
  readonly live: KubeObject | undefined;
  /** Configuration as sent, without defaults and with its nulls. */
  readonly applied: KubeObject;
  /** Whether to take fields of other managers instead of failing. */
  readonly force: boolean;
  /** Kind of the URL; default: the kind of `live`, else any kind. */
  readonly kind?: string;
}

interface Typed {
  readonly types: ObjectTypes;
  readonly root: TypeRef;
}

/**
 * Merges the applied configuration into the live object (server-side apply), removes what the
 * manager no longer applies, and sets managedFields. Throws ApiStatusError: 422 without a field
 * manager, 400 for another type or for managedFields in the configuration, 409 for fields of other
 * managers, 500 (as the API server does) for a configuration that does not fit the schema.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function applyObject(request: AppliedConfiguration): KubeObject {
  requireFieldManager(request.manager);
  checkType(request);
  const live = request.live ?? emptyLike(request.applied);
  try {
    const owners = ownersBefore(request, live);
    checkConfiguration(request);
    return applyTo(request, live, owners);
  } catch (error) {
    if (!(error instanceof SchemaMismatch)) throw error;
    throw new ApiStatusError(500, '', `failed to merge config: ${error.message}`);
  }
}

/** Throws ApiStatusError (422) if an apply names no field manager. */
export function requireFieldManager(manager: string): void {
  if (manager !== '') return;
  const message = 'Required value: is required for apply patch';
  const cause = { reason: 'FieldValueRequired', message, field: 'fieldManager' };
  throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [cause]);
}

function checkType({ applied, live, apiVersion, kind }: AppliedConfiguration): void {
  const wanted = kind ?? live?.kind ?? applied.kind;
  if (applied.apiVersion === apiVersion && applied.kind === wanted) return;
  throw badRequest(`invalid object type: ${showType(applied.apiVersion, applied.kind)}`);
}

function showType(apiVersion: string, kind: string): string {
  return `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
}

function checkConfiguration({ applied, schema, schemas }: AppliedConfiguration): void {
  if (Array.isArray(applied.metadata.managedFields)) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const types = new ObjectTypes(schemas);
  const errors = mismatches(types, types.root(schema), applied);
  if (errors.length === 0) return;
  const { namespace = '', name = '' } = applied.metadata;
  const what = `${namespace}/${name}; ${showType(applied.apiVersion, applied.kind)}`;
  const listed = errors.length === 1 ? errors[0] : ['errors:', ...errors].join('\n  ');
  throw new ApiStatusError(500, '', `failed to create typed patch object (${what}): ${listed}`);
}

function emptyLike({ apiVersion, kind }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata: {} };
}

/** `before-first-apply` owns all fields of an untracked object. */
function ownersBefore(request: AppliedConfiguration, live: KubeObject): FieldOwners {
  const owners = decodeOwners(live.metadata.managedFields);
  if (owners === undefined) throw new SchemaMismatch('managedFields cannot be read');
  if (owners.size > 0) return owners;
  const update = { ...request, manager: 'before-first-apply', old: undefined, updated: live };
  return trackUpdate(update, owners);
}

function applyTo(request: AppliedConfiguration, live: KubeObject, owners: FieldOwners): KubeObject {
  const types = new ObjectTypes(request.schemas);
  const typed = { types, root: types.root(request.schema) };
  const ignored = FieldSet.of(...(request.resetFields ?? []));
  const before = withManagedFields(live, undefined);
  const owner = ownerOf(request, 'Apply');
  const self = ownerKey(owner);
  const last = owners.get(self);
  const config = withManagedFields(request.applied, undefined);
  const fields = fieldsOf(types, typed.root, config).recursiveDifference(ignored);
  const claimed = new Map(owners).set(self, { ...owner, time: last?.time, fields });
  const merged = mergeValues(types, typed.root, before, config) ?? before;
  const next = pruneObject(typed, merged, last?.fields ?? new FieldSet(), claimed);
  const change = withoutFields(compareValues(types, typed.root, before, next), ignored);
  if (!request.force) refuseConflicts(typed, conflictsOf(claimed, self, change), request);
  const taken = settled(takeFields(claimed, self, change), self);
  if (equalJson(before, next)) return withSync(request, withOwners(before, taken));
  const stamped = stamp(taken, self, request.now);
  const object = withoutEmptied(next, config) as KubeObject;
  return withSync(request, withOwners(object, stamped));
}

function refuseConflicts(
  { types, root }: Typed,
  conflicts: ReturnType<typeof conflictsOf>,
  { manager, live }: AppliedConfiguration,
): void {
  if (conflicts.length === 0) return;
  const isKubectl = manager === 'kubectl' && live !== undefined;
  const allowed = isKubectl ? lastAppliedFields(types, root, live) : new FieldSet();
  const remaining = remainingConflicts(conflicts, allowed);
  if (remaining.length > 0) throw applyConflict(remaining);
}

function settled(owners: Map<string, FieldOwner>, self: string): Map<string, FieldOwner> {
  const own = owners.get(self);
  if (own === undefined) return owners;
  const fields = own.fields.difference(unowned);
  if (fields.isEmpty) owners.delete(self);
  else owners.set(self, { ...own, fields });
  return owners;
}

function stamp(owners: Map<string, FieldOwner>, self: string, now: string): FieldOwners {
  const own = owners.get(self);
  if (own !== undefined) owners.set(self, { ...own, time: now });
  return owners;
}

function withSync({ manager, applied }: AppliedConfiguration, object: KubeObject): KubeObject {
  return manager === 'kubectl' ? syncLastApplied(object, applied) : object;
}

/** Removes values that pruning emptied. An applied null stays, as in any other body. */
function withoutEmptied(value: Json, applied: Json | undefined): Json {
  if (Array.isArray(value)) return value.map((item) => withoutEmptied(item, undefined));
  if (!isJsonObject(value)) return value;
  const sent = isJsonObject(applied) ? applied : {};
  const kept = entriesOf(value).filter(([name, member]) => {
    return member !== null || memberOf(sent, name) === null;
  });
  const members = kept.map(([name, member]) => [
    name,
    withoutEmptied(member, memberOf(sent, name)),
  ]);
  return Object.fromEntries(members) as JsonObject;
}
