import { cloneJson, type KubeObject } from '../model/kube-object.js';
import { scaleOf, withoutReplicas, withScale } from '../registry/scale.js';
import { numberAt } from '../table/columns/object-fields.js';
import { type ApiResult, plainResult } from './api-result.js';
import { checkName } from './create.js';
import { existing } from './get.js';
import { withManagedFields } from './object-write.js';
import { refuseOtherUid } from './preconditions.js';
import type { ApiParts, ResourceRequest } from './resource-request.js';
import { decodeScale } from './scale-body.js';
import { updateObject } from './update-object.js';
import { type WriteOptions, writeOptions } from './write-options.js';

/** Handles PUT on the scale of an object: only its replicas change. */
export function updateScale(parts: ApiParts, request: ResourceRequest): ApiResult {
  const options = writeOptions('UpdateOptions', request.query, request.userAgent);
  const scale = decodeScale(parts, request, options.fieldValidation);
  checkName(scale, request.name);
  const old = existing(parts, request);
  refuseOtherUid(request.definition, scale, old);
  return storeScale(parts, request, { old, scale }, options);
}

/** Stores the parent of a Scale, and returns the resulting Scale. */
export function storeScale(
  parts: ApiParts,
  request: ResourceRequest,
  { old, scale }: { readonly old: KubeObject; readonly scale: KubeObject },
  options: WriteOptions,
): ApiResult {
  const { definition } = request;
  const object = withScale(cloneJson(old), scale, definition);
  const { resourceVersion = '' } = scale.metadata;
  if (resourceVersion !== '') object.metadata.resourceVersion = resourceVersion;
  const isNone = numberAt(scale, 'spec', 'replicas') === 0;
  const own = (updated: KubeObject) => {
    // A Scale omits zero replicas, so the field has no owner.
    const shown = isNone ? withoutReplicas(updated, definition) : updated;
    const { metadata } = withManagedFields(parts, request, { old, updated: shown }, options);
    return { ...updated, metadata };
  };
  const parent = { ...request, subresource: '' };
  const stored = updateObject(parts, parent, { old, object }, options, own);
  return plainResult(200, scaleOf(stored, definition));
}
