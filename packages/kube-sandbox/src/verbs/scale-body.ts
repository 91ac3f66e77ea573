import type { KubeObject } from '../model/kube-object.js';
import { decodeObject } from '../schema/decode-object.js';
import { checkNamespace } from './decode-body.js';
import { textOfBody } from './request-text.js';
import type { ApiParts, ResourceRequest } from './resource-request.js';
import type { FieldValidation } from './write-options.js';

export const scaleType = { group: 'autoscaling', version: 'v1', kind: 'Scale' } as const;

/** Decodes the autoscaling/v1 Scale in a body; throws 400. */
export function decodeScale(
  { schemas }: ApiParts,
  request: ResourceRequest,
  fieldValidation: FieldValidation,
): KubeObject {
  const { body, contentType } = textOfBody(request, scaleType);
  const { object } = decodeObject(body, {
    ...scaleType,
    contentType,
    schema: schemas.forKind('autoscaling', 'v1', 'Scale'),
    schemas,
    isCustom: false,
    fieldValidation,
  });
  checkNamespace(object, request);
  return object;
}
