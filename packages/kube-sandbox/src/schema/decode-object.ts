import type { Buffer } from 'node:buffer';

import { ApiStatusError, badRequest, type StatusDetails } from '../model/api-status.js';
import { isJsonObject, type JsonObject, type KubeObject } from '../model/kube-object.js';
import { apiVersionOf } from '../model/resource-definition.js';
import { canonicalObject } from './canonical-object.js';
import { checkCustomType, decodeCustomObject, type DecodedObject } from './custom-object.js';
import { decodeApplyPatch } from './decode-apply-patch.js';
import { DecodeFailure, type DecodeOptions, type ObjectOptions } from './decode-options.js';
import { DecodeProblems, GoDecodeError, outside } from './decode-problems.js';
import { DocumentSyntaxError } from './json-syntax.js';
import { parseBody, textOf } from './parse-body.js';
import { fromJson, sortedMembers, type RawValue } from './raw-value.js';
import { strategicWording } from './strategic-wording.js';
import { checkBuiltInType, readTypeMeta, withDefaults, type TypeMeta } from './type-meta.js';
import { TypedDecoder } from './typed-decoder.js';
import { parseYaml } from './yaml-syntax.js';

export interface DecodeResult {
  readonly object: KubeObject;
  /** Texts for `Warning` headers: `unknown field "spec.foo"`. */
  readonly warnings: readonly string[];
}

const applyPatch = /^\s*application\/apply-patch\+yaml\b/i;

/** Source of the object to check, which decides the wording of errors. */
export type ObjectOrigin = 'patch' | 'strategic' | 'apply';

export interface ConformOptions extends ObjectOptions {
  /** Default: `patch`, a JSON patch or a merge patch. */
  readonly origin?: ObjectOrigin;
}

/**
 * Decodes the body of POST and PUT as the API server does; an apply patch is only parsed. Throws
 * ApiStatusError, mostly 400, in the API server's words but without content of the body.
 */
export function decodeObject(body: Buffer, options: DecodeOptions): DecodeResult {
  try {
    if (applyPatch.test(options.contentType)) return decodeApplied(body, options);
    const { value, duplicates } = parseBody(body, options.contentType);
    const { given, decoded } = decodeDocument(value, options);
    const warnings = strictWarnings(decoded.strictProblems, duplicates, options);
    if (options.isCustom) checkCustomType(decoded.object, given, options);
    return { object: decoded.object, warnings };
  } catch (error) {
    throw asBadRequest(error, body, options);
  }
}

/**
 * Checks the result of a patch and makes it canonical. Throws ApiStatusError: 422, or 500 for an
 * applied configuration, as the API server does.
 */
export function conformObject(object: JsonObject, options: ConformOptions): DecodeResult {
  try {
    // The API server does not check apiVersion and kind: this patch cannot change them.
    const isTypeKept = options.origin === 'strategic';
    const whole = isTypeKept ? { ...object, ...typeMembers(options) } : object;
    const { given, decoded } = decodeDocument(sortedMembers(fromJson(whole)), options);
    const problems = decoded.strictProblems;
    if (options.fieldValidation === 'Strict' && problems.length > 0) {
      throw new DecodeFailure(strictMessage(problems));
    }
    if (options.isCustom) checkCustomType(decoded.object, given, options);
    const warnings = options.fieldValidation === 'Warn' ? problems : [];
    return { object: decoded.object, warnings };
  } catch (error) {
    if (!isDecodeProblem(error)) throw error;
    throw options.origin === 'apply' ? notConverted(error, object, options) : unfit(error, options);
  }
}

function decodeApplied(body: Buffer, options: DecodeOptions): DecodeResult {
  const text = textOf(body);
  try {
    return decodeApplyPatch(parseYaml(text), options);
  } catch (error) {
    if (!(error instanceof DocumentSyntaxError)) throw error;
    // The API server reads text that looks like JSON in a later step.
    const step = text.trimStart().startsWith('{')
      ? 'error decoding patch: error converting YAML to JSON'
      : 'error encoding patch';
    throw badRequest(`${step}: yaml: ${error.message}`);
  }
}

function decodeDocument(
  value: RawValue,
  options: ObjectOptions,
): { readonly given: TypeMeta; readonly decoded: DecodedObject } {
  const written = readTypeMeta(value);
  const given = options.isCustom ? written : withDefaults(written, options);
  try {
    if (options.isCustom) return { given, decoded: decodeCustomObject(value, given, options) };
    checkBuiltInType(given, options);
    return { given, decoded: decodeBuiltIn(value, options) };
  } catch (error) {
    if (!(error instanceof GoDecodeError)) throw error;
    throw new DecodeFailure(error.message, given, error.misfit);
  }
}

function decodeBuiltIn(value: RawValue, options: ObjectOptions): DecodedObject {
  const { schema, schemas, kind } = options;
  const problems = new DecodeProblems();
  const decoded = new TypedDecoder(schemas, problems).decode(value, {
    node: schema ?? {},
    type: `${options.version}.${kind}`,
    place: outside,
    path: '',
  });
  const strictProblems = problems.finish();
  const content = isJsonObject(decoded) ? decoded : {};
  const canonical = schema === undefined ? content : canonicalObject(content, schema, schemas);
  const metadata = isJsonObject(canonical['metadata']) ? canonical['metadata'] : {};
  const object = { ...canonical, apiVersion: apiVersionOf(options), kind, metadata };
  return { object: inOrder(object), strictProblems };
}

function typeMembers(options: ObjectOptions): JsonObject {
  return { apiVersion: apiVersionOf(options), kind: options.kind };
}

function inOrder({ apiVersion, kind, metadata, ...rest }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata, ...rest };
}

/** Throws DecodeFailure if field validation is strict. */
function strictWarnings(
  problems: readonly string[],
  duplicates: readonly string[],
  options: ObjectOptions,
): readonly string[] {
  if (options.fieldValidation === 'Ignore') return [];
  if (options.fieldValidation === 'Warn') return [...duplicates, ...problems];
  const inYaml = `yaml: unmarshal errors:\n  ${duplicates.join('\n  ')}`;
  const all = duplicates.length === 0 ? problems : [inYaml, ...problems];
  if (all.length === 0) return [];
  throw new DecodeFailure(strictMessage(all), options);
}

function strictMessage(problems: readonly string[]): string {
  return `strict decoding error: ${problems.join(', ')}`;
}

function isDecodeProblem(error: unknown): error is DecodeFailure {
  return error instanceof DecodeFailure;
}

function asBadRequest(error: unknown, body: Buffer, { kind }: ObjectOptions): unknown {
  if (!isDecodeProblem(error)) return error;
  if (error.is !== undefined) {
    const { version, kind: said } = error.is;
    return badRequest(
      `${said} in version "${version}" cannot be handled as a ${kind}: ${error.message}`,
    );
  }
  // The API server appends the first characters of the body; the sandbox does not.
  const shown = body.length === 0 ? ' (<empty>)' : '';
  return badRequest(
    `the object provided is unrecognized (must be of type ${kind}): ${error.message}${shown}`,
  );
}

/** The API server's message contains the patched object with its values; this message does not. */
function unfit(error: DecodeFailure, { origin }: ConformOptions): ApiStatusError {
  const isStrategic = origin === 'strategic';
  const why = isStrategic ? strategicWording(error.message, error.misfit) : error.message;
  const message = `Invalid value: "<omitted>": ${why}`;
  const cause = { reason: 'FieldValueInvalid', message, field: 'patch' };
  const details: StatusDetails = { causes: [cause] };
  return new ApiStatusError(422, 'Invalid', ` "" is invalid: patch: ${message}`, details);
}

function notConverted(
  error: DecodeFailure,
  object: JsonObject,
  { group, version, kind }: ObjectOptions,
): ApiStatusError {
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  const name = typeof metadata['name'] === 'string' ? metadata['name'] : '';
  const namespace = typeof metadata['namespace'] === 'string' ? metadata['namespace'] : '';
  const type = `${group}/${version}, Kind=${kind}`;
  const what = `failed to convert new object (${namespace}/${name}; ${type}) to proper version`;
  const reason = strategicWording(error.message, error.misfit);
  const why = `unable to convert unstructured object to ${type}: ${reason}`;
  return new ApiStatusError(500, '', `${what}: ${why}`);
}
