import type { JsonObject, KubeObject } from '../model/kube-object.js';
import { type ResourceDefinition, storageKey } from '../model/resource-definition.js';
import { isSameJson } from '../model/same-json.js';
import { fromPath } from '../store/storage-path.js';
import { type ApiResult, type ListResult, objectResult, plainResult } from './api-result.js';
import { definitionDeletion } from './delete-definition.js';
import { namespaceDeletion, refuseImmortal } from './delete-namespace.js';
import { type DeleteOptions, deleteOptions } from './delete-options.js';
import { refuseUnmet, refuseUnmetMark } from './delete-preconditions.js';
import { type Deletion, deletionOf } from './deletion.js';
import { existing } from './get.js';
import { list } from './list.js';
import { type ApiParts, type ResourceRequest, pathOfRequest } from './resource-request.js';

const NAMESPACES = 'namespaces';
const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

/**
 * Handles DELETE: removes the object, or marks it if something blocks its removal. Returns 202 if
 * the client requested the deletion of dependents and the object stays.
 */
export function deleteOne(parts: ApiParts, request: ResourceRequest): ApiResult {
  const { definition } = request;
  const options = deleteOptions(request, parts.schemas);
  const old = existing(parts, request);
  const { object, isGone } = deleteObject(parts, request, old, options);
  if (isGone && definition.strategy.returnsDeleted !== true) {
    return plainResult(200, successStatus(request, object));
  }
  return objectResult(!isGone && options.orphanDependents === false ? 202 : 200, object);
}

/**
 * Deletes every object that a list with these options returns, one page if there is a limit;
 * returns their earlier states. Throws 413 before anything is deleted.
 */
export function deleteCollection(parts: ApiParts, request: ResourceRequest): ListResult {
  const options = deleteOptions(request, parts.schemas);
  const listed = list(parts, request);
  const resource = storageKey(request.definition);
  for (const { path } of listed.items) {
    const { namespace, name } = fromPath(resource, path);
    const object = parts.store.get({ resource, namespace, name });
    if (object) deleteObject(parts, { ...request, namespace, name }, object, options);
  }
  return listed;
}

/** Throws 409 and 403. */
function deleteObject(
  { store, nowMs }: ApiParts,
  request: ResourceRequest,
  old: KubeObject,
  options: DeleteOptions,
): { readonly object: KubeObject; readonly isGone: boolean } {
  const { marked, isGone } = deletionFor(request.definition, old, options, nowMs());
  if (options.isDryRun) return { object: marked ?? old, isGone };
  const path = pathOfRequest(request);
  const isChanged = marked !== undefined && !isSameJson(marked, old);
  // The write works even if the store is full, since deletions free space.
  const kept = isChanged ? store.put(path, marked, 'system') : old;
  return { object: isGone ? store.delete(path, kept) : kept, isGone };
}

/** Returns what a DELETE does to an object of this kind. Throws 409 and 403. */
export function deletionFor(
  definition: ResourceDefinition,
  old: KubeObject,
  options: DeleteOptions,
  nowMs: number,
): Deletion {
  const key = storageKey(definition);
  if (key === NAMESPACES) {
    refuseUnmetMark(definition, old, options, 'Precondition failed');
    refuseImmortal(old);
    return namespaceDeletion(old, options, nowMs);
  }
  if (key === DEFINITIONS) {
    refuseUnmetMark(definition, old, options, 'precondition failed');
    if (old.metadata.deletionTimestamp === undefined) return definitionDeletion(old, nowMs);
  } else refuseUnmet(definition, old, options);
  return deletionOf(old, options, definition.strategy, nowMs);
}

function successStatus({ definition }: ResourceRequest, object: KubeObject): JsonObject {
  const { group, resource } = definition;
  const { name, uid } = object.metadata;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(group === '' ? {} : { group }), kind: resource, uid },
  };
}
