import { applyObject } from '../apply/apply-object.js';
import { resetFieldsOf } from '../apply/reset-fields.js';
import {
  ApiStatusError,
  badRequest,
  conflict,
  invalid,
  notFound,
  tooLarge,
  unsupportedMediaType,
} from '../model/api-status.js';
import { cloneJson, type Json, type JsonObject, type KubeObject } from '../model/kube-object.js';
import { apiVersionOf } from '../model/resource-definition.js';
import { applyJsonPatch, jsonPatchWarnings } from '../patch/json-patch.js';
import { jsonBytes } from '../patch/json-size.js';
import { applyMergePatch } from '../patch/merge-patch.js';
import { applyStrategicMergePatch } from '../patch/strategic-merge-patch.js';
import { scaleOf } from '../registry/scale.js';
import { conformObject, type ObjectOrigin } from '../schema/decode-object.js';
import { DocumentSyntaxError, nestingLevelsMax, parseJson } from '../schema/json-syntax.js';
import { toJson } from '../schema/raw-value.js';
import { bounds } from '../store/sandbox-bounds.js';
import { type ApiResult, objectResult } from './api-result.js';
import { checkName, createObject } from './create.js';
import { checkNamespace, decodeAs } from './decode-body.js';
import { existing } from './get.js';
import {
  type ApiParts,
  type ResourceRequest,
  pathOfRequest,
  timestamp,
} from './resource-request.js';
import { warningsOf } from './object-write.js';
import { givenRevision } from './preconditions.js';
import { mergeRepeatedOwners } from './repeated-owners.js';
import { storeScale } from './scale.js';
import { scaleType } from './scale-body.js';
import { updateObject } from './update-object.js';
import { type WriteOptions, writeOptions } from './write-options.js';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
export const APPLY = 'application/apply-patch+yaml';

/** Handles PATCH: JSON patch, merge patch, strategic merge patch, and server-side apply. */
export function patch(parts: ApiParts, request: ResourceRequest): ApiResult {
  const { definition, contentType } = request;
  const types = definition.isCustom
    ? [JSON_PATCH, MERGE_PATCH, APPLY]
    : [JSON_PATCH, MERGE_PATCH, STRATEGIC, APPLY];
  if (!types.includes(contentType)) throw unfitType(definition.isCustom, types);
  const options = writeOptions('PatchOptions', request.query, request.userAgent);
  refuseBadApplyOptions(request, options);
  if (contentType === APPLY) return apply(parts, request, options);
  const old = existing(parts, request);
  if (request.subresource === 'scale') return patchScale(parts, request, old, options);
  const { object, warnings } = patched(parts, request, old, options);
  checkNamespace(object, request);
  checkName(object, request.name);
  const told = [...warnings, ...mergeRepeatedOwners(object, 'admitted')];
  const updated = updateObject(parts, request, { old, object }, options);
  return objectResult(200, updated, [...told, ...warningsOf(definition, updated)]);
}

/** For built-in resources the route refuses the type before any handler runs. */
function unfitType(isCustom: boolean, types: readonly string[]): ApiStatusError {
  if (isCustom) return unsupportedMediaType(types);
  const message = '415: Unsupported Media Type';
  return new ApiStatusError(415, 'UnsupportedMediaType', message, {});
}

interface Result {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

function patched(
  parts: ApiParts,
  request: ResourceRequest,
  old: KubeObject,
  options: WriteOptions,
): Result {
  const document = parsed(request.body);
  const result = patchResult(parts, request, cloneJson(old), document);
  const origin = request.contentType === STRATEGIC ? 'strategic' : 'patch';
  const { object, warnings } = conformed(parts, request, result, options, origin);
  if (request.contentType !== JSON_PATCH || options.fieldValidation !== 'Warn') {
    return { object, warnings };
  }
  return { object, warnings: [...jsonPatchWarnings(document), ...warnings] };
}

/** Checks the result of a patch against the structure of its kind. */
function conformed(
  { schemas }: ApiParts,
  { definition }: ResourceRequest,
  result: JsonObject,
  { fieldValidation }: WriteOptions,
  origin: ObjectOrigin,
): Result {
  const { group, version, kind, schema, isCustom } = definition;
  const type = { group, version, kind, schema, schemas, isCustom };
  return conformObject(result, { ...type, fieldValidation, origin });
}

function patchResult(
  parts: ApiParts,
  request: ResourceRequest,
  old: JsonObject,
  document: Json,
): JsonObject {
  const result = patchedObject(parts, request, old, document);
  const limits = { bytesMax: bounds.patchedObjectBytesMax, levelsMax: nestingLevelsMax };
  if (jsonBytes(result, limits) !== undefined) return result;
  const limit = `limit of a patched object is ${limits.bytesMax} bytes, ${limits.levelsMax} levels`;
  throw tooLarge(`Request entity too large: ${limit}`);
}

function patchedObject(
  parts: ApiParts,
  { definition, contentType }: ResourceRequest,
  old: JsonObject,
  document: Json,
): JsonObject {
  if (contentType === JSON_PATCH) return applyJsonPatch(old, document);
  if (contentType === MERGE_PATCH) return applyMergePatch(old, document);
  return applyStrategicMergePatch(old, document, definition.schema ?? {}, parts.schemas);
}

/** The error does not quote the text, which contains values, not even for too deep nesting. */
function parsed(body: Buffer): Json {
  try {
    return toJson(parseJson(body.toString('utf8')));
  } catch (error) {
    if (!(error instanceof DocumentSyntaxError)) throw error;
    throw badRequest('invalid JSON patch');
  }
}

function patchScale(
  parts: ApiParts,
  request: ResourceRequest,
  old: KubeObject,
  options: WriteOptions,
): ApiResult {
  const schema = parts.schemas.forKind(scaleType.group, scaleType.version, scaleType.kind);
  const definition = { ...request.definition, ...scaleType, schema, isCustom: false };
  const shown = scaleOf(old, request.definition);
  const asked = { ...request, definition };
  const result = patchResult(parts, asked, shown, parsed(request.body));
  const origin = request.contentType === STRATEGIC ? 'strategic' : 'patch';
  const { object: scale } = conformed(parts, asked, result, options, origin);
  checkNamespace(scale, request);
  checkName(scale, request.name);
  return storeScale(parts, request, { old, scale }, options);
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
function apply(parts: ApiParts, request: ResourceRequest, options: WriteOptions): ApiResult {
  const { definition } = request;
  const { object: applied, warnings } = decodeAs(parts, request, APPLY, options.fieldValidation);
  const isLive = parts.store.text(pathOfRequest(request)) !== undefined;
  const live = isLive ? existing(parts, request) : undefined;
  if (live === undefined && request.subresource !== '') throw notFound(definition, request.name);
  const merged = applyObject({
    live,
    applied,
    kind: definition.kind,
    manager: options.fieldManager,
    force: options.isForced,
    apiVersion: apiVersionOf(definition),
    now: timestamp(parts.nowMs()),
    subresource: request.subresource,
    resetFields: resetFieldsOf(definition, request.subresource),
    schema: definition.schema,
    schemas: parts.schemas,
  });
  const { object, warnings: more } = conformed(parts, request, merged, options, 'apply');
  if (live === undefined) refuseUid(request, object);
  checkNamespace(object, request);
  checkName(object, request.name);
  const all = [...warnings, ...more, ...mergeRepeatedOwners(object, 'admitted')];
  // `applyObject` has already recorded the owners.
  const own = (owned: KubeObject) => owned;
  if (live === undefined) {
    givenRevision(object);
    const created = createObject(parts, request, object, { options, own, isUpdate: true });
    return objectResult(201, created, [...all, ...warningsOf(definition, created)]);
  }
  const updated = updateObject(parts, request, { old: live, object }, options, own);
  return objectResult(200, updated, [...all, ...warningsOf(definition, updated)]);
}

function refuseUid({ definition, name }: ResourceRequest, { metadata }: KubeObject): void {
  const { uid = '' } = metadata;
  if (uid === '') return;
  const why = `the provided object specified uid ${uid}, and no existing object was found`;
  throw conflict(definition, name, `uid mismatch: ${why}`);
}

function refuseBadApplyOptions(request: ResourceRequest, options: WriteOptions): void {
  const isApply = request.contentType === APPLY;
  if (isApply && options.givenFieldManager === '') {
    throw optionsError(
      'FieldValueRequired',
      'fieldManager',
      'Required value: is required for apply patch',
    );
  }
  if (!isApply && request.query.has('force')) {
    throw optionsError(
      'FieldValueForbidden',
      'force',
      'Forbidden: may not be specified for non-apply patch',
    );
  }
}

function optionsError(reason: string, field: string, message: string): ApiStatusError {
  return invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [{ reason, message, field }]);
}
