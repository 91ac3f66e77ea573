import { conflict } from '../model/api-status.js';
import type { JsonObject, KubeObject } from '../model/kube-object.js';
import { isSameJson } from '../model/same-json.js';
import { parseObject } from '../store/object-text.js';
import { type ApiResult, type ListResult, objectResult, plainResult } from './api-result.js';
import { type DeleteOptions, deleteOptions } from './delete-options.js';
import { namespaceDeletion } from './delete-namespace.js';
import { deletionOf } from './deletion.js';
import { existing } from './get.js';
import { selected } from './list.js';
import { type ApiParts, type ResourceRequest, pathOfRequest } from './resource-request.js';

/**
 * DELETE: the object goes at once, or is marked where something holds it; 202 where the client
 * asked for its dependents to go too and it stays.
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

/** Every selected object; the answer lists them as they were. */
export function deleteCollection(parts: ApiParts, request: ResourceRequest): ListResult {
  const options = deleteOptions(request, parts.schemas);
  const items = selected(parts, request);
  const listMeta = { resourceVersion: String(parts.store.revision) };
  for (const { text } of items) {
    const object = parseObject(text);
    const { name = '', namespace = '' } = object.metadata;
    deleteObject(parts, { ...request, name, namespace }, object, options);
  }
  return { kind: 'list', items, listMeta };
}

/** Throws 409 and 403. */
function deleteObject(
  { store, nowMs }: ApiParts,
  request: ResourceRequest,
  old: KubeObject,
  options: DeleteOptions,
): { readonly object: KubeObject; readonly isGone: boolean } {
  const { definition } = request;
  const isNamespace = definition.group === '' && definition.resource === 'namespaces';
  if (!isNamespace) refuseUnmet(request, old, options);
  const { marked, isGone } = isNamespace
    ? namespaceDeletion(old, options, nowMs())
    : deletionOf(old, options, definition.strategy, nowMs());
  if (options.isDryRun) return { object: marked ?? old, isGone };
  const path = pathOfRequest(request);
  const isChanged = marked !== undefined && !isSameJson(marked, old);
  const kept = isChanged ? store.put(path, marked) : old;
  return { object: isGone ? store.delete(path, kept) : kept, isGone };
}

function refuseUnmet(request: ResourceRequest, old: KubeObject, options: DeleteOptions): void {
  const { uid = '', resourceVersion = '' } = old.metadata;
  const { definition, name } = request;
  const target = { group: definition.group, resource: definition.kind };
  if (options.uid !== undefined && options.uid !== uid) {
    const why =
      `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). ` +
      'The object might have been deleted and then recreated';
    throw conflict(target, name, why);
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    const why =
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ` +
      `ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict(target, name, why);
  }
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
