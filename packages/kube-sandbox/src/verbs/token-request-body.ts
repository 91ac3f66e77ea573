import { defaultSeconds } from '../authn/token-request-spec.js';
import { isJsonObject, type KubeObject } from '../model/kube-object.js';
import { decodeObject } from '../schema/decode-object.js';
import { withManagedFields } from './object-write.js';
import { textOfBody } from './request-text.js';
import type { ApiParts, ResourceRequest } from './resource-request.js';
import { writeOptions } from './write-options.js';

const type = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' } as const;

/** Decodes the TokenRequest in a body; throws 400. */
export function decodeTokenRequest(parts: ApiParts, request: ResourceRequest): KubeObject {
  const { schemas } = parts;
  const { fieldValidation, ...options } = writeOptions(
    'CreateOptions',
    request.query,
    request.userAgent,
  );
  const schema = schemas.forKind(type.group, type.version, type.kind);
  const { body, contentType } = textOfBody(request, type);
  const { object } = decodeObject(body, {
    ...type,
    contentType,
    schema,
    schemas,
    isCustom: false,
    fieldValidation,
  });
  const definition = { ...request.definition, ...type, schema };
  const spec = isJsonObject(object['spec']) ? object['spec'] : {};
  // A default counts as a field of the client, as in all decoding.
  const expirationSeconds = spec['expirationSeconds'] ?? defaultSeconds;
  const updated = { ...object, spec: { ...spec, expirationSeconds } };
  const objects = { old: undefined, updated };
  return withManagedFields(parts, { ...request, definition }, objects, {
    fieldValidation,
    ...options,
  });
}
