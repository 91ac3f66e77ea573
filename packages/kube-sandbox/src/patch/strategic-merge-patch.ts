import { badRequest } from '../model/api-status.js';
import { cloneJson, isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject } from '../model/kube-object.js';
import type { SchemaNode, SchemaSource } from '../model/schema-node.js';
import { jsonTypeOf } from './members.js';
import { PatchSchema } from './patch-schema.js';
import { mergeMap } from './strategic-map-merge.js';

/**
 * Applies a strategic merge patch by the `x-kubernetes-patch-…` keywords of a schema, with the
 * directives `$patch`, `$retainKeys`, `$deleteFromPrimitiveList/…` and `$setElementOrder/…`. Throws
 * ApiStatusError: 400 for malformed directives, 500 if the API server has no better code. Messages
 * name fields and merge keys, but no values.
 * https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
 */
export function applyStrategicMergePatch(
  object: JsonObject,
  patch: Json,
  schema: SchemaNode,
  schemas: SchemaSource,
): JsonObject {
  if (patch === null) return cloneJson(object);
  if (!isJsonObject(patch)) {
    const type = 'Go value of type map[string]interface {}';
    throw badRequest(`json: cannot unmarshal ${jsonTypeOf(patch)} into ${type}`);
  }
  const kind = typeof object['kind'] === 'string' ? object['kind'] : 'object';
  return mergeMap(cloneJson(object), cloneJson(patch), new PatchSchema(schema, kind, schemas));
}
