import { badRequest } from '../model/api-status.js';
import { cloneJson, isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject } from '../model/kube-object.js';
import { entriesOf, jsonTypeOf } from './members.js';
import { memberOf, setMember } from '../schema/raw-value.js';

/**
 * Applies RFC 7386: null removes, objects merge, all else replaces. Throws ApiStatusError (400) if
 * the patch is not an object.
 * https://www.rfc-editor.org/rfc/rfc7386
 */
export function applyMergePatch(object: JsonObject, patch: Json): JsonObject {
  if (patch === null) throw badRequest('Invalid JSON Patch');
  if (isJsonObject(patch)) return merged(cloneJson(object), patch);
  const type = 'Go value of type map[string]interface {}';
  const what = `json: cannot unmarshal ${jsonTypeOf(patch)} into ${type}`;
  throw badRequest(`error decoding patch: ${what}`);
}

function merged(target: JsonObject, patch: JsonObject): JsonObject {
  for (const [name, value] of entriesOf(patch)) {
    if (value === null) delete target[name];
    else if (isJsonObject(value)) {
      const current = memberOf(target, name);
      setMember(target, name, merged(isJsonObject(current) ? current : {}, value));
    } else setMember(target, name, withoutNulls(value));
  }
  return target;
}

/** Lists replace lists unchanged, but objects in them lose their nulls, as in the API server. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  return isJsonObject(value) ? merged({}, value) : value;
}
