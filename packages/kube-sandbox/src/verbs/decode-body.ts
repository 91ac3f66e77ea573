import { badRequest } from '../model/api-status.js';
import type { KubeObject } from '../model/kube-object.js';
import { decodeObject } from '../schema/decode-object.js';
import { isReview } from './review-kinds.js';
import { textOfBody } from './request-text.js';
import type { ApiParts, ResourceRequest } from './resource-request.js';
import type { FieldValidation } from './write-options.js';

export interface Decoded {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** Decodes the object in a body and checks its structure; throws 400 and 415. */
export function decodeBody(
  parts: ApiParts,
  request: ResourceRequest,
  fieldValidation: FieldValidation,
): Decoded {
  const { body, contentType } = textOfBody(request, request.definition);
  const decoded = decodeAs(parts, { ...request, body }, contentType, fieldValidation);
  checkNamespace(decoded.object, request);
  return decoded;
}

export function decodeAs(
  parts: ApiParts,
  request: ResourceRequest,
  contentType: string,
  fieldValidation: FieldValidation,
): Decoded {
  const { definition, body } = request;
  const { group, version, kind, schema, isCustom } = definition;
  const { schemas } = parts;
  return decodeObject(body, {
    contentType,
    group,
    version,
    kind,
    schema,
    schemas,
    isCustom,
    fieldValidation,
  });
}

/** Requires the URL's namespace in the object, or none, and sets it. */
export function checkNamespace(object: KubeObject, request: ResourceRequest): void {
  const { metadata } = object;
  if (isReview(request.definition)) return;
  if (!request.definition.isNamespaced) {
    if ((metadata.namespace ?? '') === '') return;
    throw badRequest('namespace is not allowed on this type');
  }
  if ((metadata.namespace ?? '') === '') metadata.namespace = request.namespace;
  if (metadata.namespace === request.namespace) return;
  throw badRequest(
    'the namespace of the provided object does not match the namespace sent on the request',
  );
}
