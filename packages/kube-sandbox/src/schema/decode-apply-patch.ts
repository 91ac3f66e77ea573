import { ApiStatusError, badRequest } from '../model/api-status.js';
import { isJsonObject, type JsonObject, type KubeObject } from '../model/kube-object.js';
import { apiVersionOf } from '../model/resource-definition.js';
import type { ObjectOptions } from './decode-options.js';
import { kindOf, RawObject, toJson, type RawValue } from './raw-value.js';
import type { YamlDocument } from './yaml-syntax.js';

/**
 * Decodes an applied configuration unchanged: untyped, without defaults, with nulls, because the
 * present members determine what the applier owns. Throws ApiStatusError.
 */
export function decodeApplyPatch(
  { value, duplicates }: YamlDocument,
  options: ObjectOptions,
): { readonly object: KubeObject; readonly warnings: readonly string[] } {
  const content = objectContent(value);
  checkType(content, options);
  if (options.fieldValidation === 'Strict' && duplicates.length > 0) {
    const listed = duplicates.join('\n  ');
    throw badRequest(
      `error strict decoding patch: error converting YAML to JSON: yaml: unmarshal errors:\n  ${listed}`,
    );
  }
  const { group, version, kind } = options;
  const metadata = content['metadata'] ?? {};
  if (!isJsonObject(metadata)) {
    const type = `${group}/${version}, Kind=${kind}`;
    const message = `failed to create typed patch object (/; ${type}): .metadata: expected map`;
    throw new ApiStatusError(500, '', message);
  }
  const object: KubeObject = { ...content, apiVersion: apiVersionOf(options), kind, metadata };
  return { object, warnings: options.fieldValidation === 'Warn' ? duplicates : [] };
}

function objectContent(value: RawValue): JsonObject {
  if (value === null) return {};
  const content = toJson(value);
  if (value instanceof RawObject && isJsonObject(content)) return content;
  throw badRequest(
    `error decoding patch: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kindOf(value)} into Go value of type map[string]interface {}`,
  );
}

function checkType(content: JsonObject, { group, version, kind }: ObjectOptions): void {
  const apiVersion = typeof content['apiVersion'] === 'string' ? content['apiVersion'] : '';
  const saidKind = typeof content['kind'] === 'string' ? content['kind'] : '';
  const said = `${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${saidKind}`;
  if (said === `${group}/${version}, Kind=${kind}`) return;
  throw badRequest(`invalid object type: ${said}`);
}
