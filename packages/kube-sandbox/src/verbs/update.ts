import { notFound } from '../model/api-status.js';
import type { KubeObject } from '../model/kube-object.js';
import { type ApiResult, objectResult } from './api-result.js';
import { checkName, createObject } from './create.js';
import { decodeBody } from './decode-body.js';
import { existing } from './get.js';
import { warningsOf, withManagedFields } from './object-write.js';
import { givenRevision, refuseOtherUid } from './preconditions.js';
import { mergeRepeatedOwners } from './repeated-owners.js';
import { type ApiParts, type ResourceRequest, pathOfRequest } from './resource-request.js';
import { updateScale } from './scale.js';
import { updateObject } from './update-object.js';
import { writeOptions } from './write-options.js';

/**
 * Handles PUT on an object, its status or its scale; creates the object if its kind allows that.
 */
export function update(parts: ApiParts, request: ResourceRequest): ApiResult {
  if (request.subresource === 'scale') return updateScale(parts, request);
  const { definition, name } = request;
  const options = writeOptions('UpdateOptions', request.query, request.userAgent);
  const { object, warnings } = decodeBody(parts, request, options.fieldValidation);
  checkName(object, name);
  const told = [...warnings, ...mergeRepeatedOwners(object, 'sent')];
  if (parts.store.text(pathOfRequest(request)) === undefined) {
    if (definition.strategy.canCreateOnUpdate !== true) throw notFound(definition, name);
    refuseOtherUid(definition, object, undefined);
    givenRevision(object);
    const own = (updated: KubeObject) =>
      withManagedFields(parts, request, { old: undefined, updated }, options);
    const created = createObject(parts, request, object, { options, own, isUpdate: true });
    return objectResult(201, created, [...told, ...warningsOf(definition, created)]);
  }
  const old = existing(parts, request);
  refuseOtherUid(definition, object, old);
  const updated = updateObject(parts, request, { old, object }, options);
  return objectResult(200, updated, [...told, ...warningsOf(definition, updated)]);
}
