import type { StatusCause } from '../model/api-status.js';
import type { ResourceDefinition } from '../model/resource-definition.js';
import { cloneJson, type JsonObject, type KubeObject } from '../model/kube-object.js';
import { isSameJson } from '../model/same-json.js';
import { validateMetadata, validateMetadataUpdate } from '../registry/validate-metadata.js';
import { storedObject } from '../schema/canonical-object.js';
import { refuseInvalid, strategyContext, withManagedFields } from './object-write.js';
import { refuseStale } from './preconditions.js';
import { type ApiParts, type ResourceRequest, pathOfRequest } from './resource-request.js';
import type { WriteOptions } from './write-options.js';

/**
 * Checks and stores the next state of an object. Members that clients may not change come from the
 * old state. Without a change nothing is written and the resourceVersion stays. `own` adds managed
 * fields if the write is not an ordinary update.
 */
export function updateObject(
  parts: ApiParts,
  request: ResourceRequest,
  { old, object }: { readonly old: KubeObject; readonly object: KubeObject },
  options: WriteOptions,
  own?: (object: KubeObject) => KubeObject,
): KubeObject {
  const { definition, subresource } = request;
  const { strategy } = definition;
  const isStatus = subresource === 'status';
  const context = strategyContext(parts, request);
  const next = withKeptFields(old, isStatus ? withStatusOf(old, object) : object);
  if (!isStatus) strategy.prepareForUpdate?.(next, old, context);
  strategy.admit?.(next, old, context);
  refuseStale(definition, object, old);
  if (strategy.countsGeneration && !isStatus) setGeneration(next, old);
  const owned = own
    ? own(next)
    : withManagedFields(parts, request, { old, updated: next }, options);
  if (!isStatus) {
    strategy.completeForUpdate?.(owned, old);
    strategy.applyMutatingPolicy?.(owned, old, context);
  }
  refuseInvalid(definition, owned, [
    ...validateMetadata(owned, definition),
    ...validateMetadataUpdate(owned, old),
    ...causesOf(definition, subresource, owned, old),
  ]);
  if (!isStatus) strategy.applyValidatingPolicy?.(owned, old, context);
  return stored(parts, request, old, owned, options);
}

function stored(
  { store, schemas }: ApiParts,
  request: ResourceRequest,
  old: KubeObject,
  object: KubeObject,
  options: WriteOptions,
): KubeObject {
  const { definition } = request;
  const next = definition.isCustom ? object : storedObject(object, definition.schema, schemas);
  next.metadata.resourceVersion = old.metadata.resourceVersion ?? '';
  const path = pathOfRequest(request);
  if (isReleased(definition, old, next)) {
    if (!options.isDryRun) store.delete(path, old);
    return next;
  }
  if (isSameJson(old, next)) return old;
  return options.isDryRun ? next : store.put(path, next);
}

/** Reports whether this write removes the last finalizer of an object that is being deleted. */
function isReleased(definition: ResourceDefinition, old: KubeObject, next: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = old.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds > 0) return false;
  // A controller first empties a namespace.
  return (next.metadata.finalizers ?? []).length === 0 && definition.resource !== 'namespaces';
}

/** Restores system fields, which clients may omit and cannot change. */
function withKeptFields(old: KubeObject, object: KubeObject): KubeObject {
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds } = old.metadata;
  const { generation } = old.metadata;
  const { selfLink, ...given } = object.metadata;
  const kept = {
    ...given,
    uid: given.uid || uid,
    creationTimestamp,
    deletionTimestamp: deletionTimestamp ?? given.deletionTimestamp,
    deletionGracePeriodSeconds: given.deletionGracePeriodSeconds ?? deletionGracePeriodSeconds,
    generation,
  };
  return cloneJson({ ...object, metadata: withoutUndefined(kept) });
}

function withoutUndefined(metadata: JsonObject): KubeObject['metadata'] {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined));
}

/** A write to `status` changes only the status. */
function withStatusOf(old: KubeObject, object: KubeObject): KubeObject {
  const { managedFields } = object.metadata;
  const metadata = { ...old.metadata, ...(managedFields === undefined ? {} : { managedFields }) };
  const { status: _, ...others } = old;
  return {
    ...others,
    metadata,
    ...(object['status'] === undefined ? {} : { status: object['status'] }),
  };
}

function causesOf(
  { strategy }: ResourceDefinition,
  subresource: string,
  next: KubeObject,
  old: KubeObject,
): readonly StatusCause[] {
  if (subresource === 'status' && strategy.validateStatus) return strategy.validateStatus(next);
  const ofObject = strategy.validate?.(next, old) ?? [];
  const ofUpdate = strategy.validateUpdate?.(next, old) ?? [];
  return strategy.isUpdateCheckedLast ? [...ofObject, ...ofUpdate] : [...ofUpdate, ...ofObject];
}

/** For custom resources without a status subresource, the generation counts status changes too. */
function setGeneration(next: KubeObject, old: KubeObject): void {
  const { metadata: nextMetadata, ...nextOthers } = next;
  const { metadata: oldMetadata, ...oldOthers } = old;
  const generation = oldMetadata.generation ?? 1;
  nextMetadata.generation = isSameJson(nextOthers, oldOthers) ? generation : generation + 1;
}
