import { goQuote } from '../authz/go-quote.js';
import { invalid, badRequest } from '../model/api-status.js';
import {
  isJsonObject,
  nameOf,
  type Json,
  type JsonObject,
  type KubeObject,
} from '../model/kube-object.js';
import { bounds } from '../store/sandbox-bounds.js';
import { pruneObject, unknownFields } from './custom-resource-schema.js';
import { canonicalObject } from './canonical-object.js';
import { DecodeFailure, type ObjectOptions } from './decode-options.js';
import { childPath, DecodeProblems, GoDecodeError, outside } from './decode-problems.js';
import {
  fromJson,
  memberOf,
  RawObject,
  setMember,
  sortedMembers,
  toJson,
  type RawValue,
} from './raw-value.js';
import { kubernetesSchemas } from './schema-source.js';
import { forEachEmbedded } from './structural-schema.js';
import { ToldCharacters } from './told-characters.js';
import type { TypeMeta } from './type-meta.js';
import { TypedDecoder } from './typed-decoder.js';

const metadataRef = '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const metadataNode = { $ref: metadataRef };

export interface DecodedObject {
  readonly object: KubeObject;
  /** Problems in the API server's order. */
  readonly strictProblems: readonly string[];
}

/**
 * Decodes a custom resource: its metadata by type, everything else by pruning with its schema.
 * Throws DecodeFailure, GoDecodeError, and ApiStatusError for another kind or version.
 */
export function decodeCustomObject(
  document: RawValue,
  given: TypeMeta,
  options: ObjectOptions,
): DecodedObject {
  const content = toJson(document);
  const kind = isJsonObject(content) ? content['kind'] : undefined;
  // The API server's message contains the whole body here.
  if (!isJsonObject(content) || typeof kind !== 'string' || kind === '') {
    throw new DecodeFailure("Object 'Kind' is missing");
  }
  const problems = new DecodeProblems();
  reportDuplicates(document, '', problems);
  const found = decodeMetadata(content['metadata'], 'metadata');
  const isOfKind = given.group === options.group && given.kind === options.kind;
  const unknown = isOfKind ? pruned(content, options) : [];
  const object = assembled(content, kind, found.metadata);
  return { object, strictProblems: [...problems.finish(), ...found.unknown, ...unknown] };
}

/** Throws ApiStatusError; call it after strict problems are reported. */
export function checkCustomType(
  object: KubeObject,
  given: TypeMeta,
  { group, version, kind }: ObjectOptions,
): void {
  const said = given.group === '' ? given.version : `${given.group}/${given.version}`;
  const expected = `${group}/${version}`;
  if (said !== expected) {
    throw badRequest(
      `the API version in the data (${said}) does not match the expected API version (${expected})`,
    );
  }
  if (given.kind === kind) return;
  const message = `Invalid value: ${goQuote(given.kind)}: must be ${kind}`;
  const cause = { reason: 'FieldValueInvalid', message, field: 'kind' };
  throw invalid({ group, kind: given.kind }, nameOf(object), [cause]);
}

function decodeMetadata(
  value: Json | undefined,
  path: string,
): { readonly metadata: JsonObject; readonly unknown: readonly string[] } {
  const problems = new DecodeProblems();
  const decoded = new TypedDecoder(kubernetesSchemas(), problems).decode(
    // The API server first encodes metadata again, so problems in metadata are ordered by name.
    sortedMembers(fromJson(value)),
    { node: metadataNode, type: 'v1.ObjectMeta', place: outside, path },
  );
  const unknown = problems.finish();
  const metadata = isJsonObject(decoded) ? decoded : {};
  return { metadata: canonicalObject(metadata, metadataNode, kubernetesSchemas()), unknown };
}

function pruned(content: JsonObject, { schema = {} }: ObjectOptions): readonly string[] {
  const unknown = unknownFields(content, schema).map((path) => `unknown field "${path}"`);
  pruneObject(content, schema);
  const told = new ToldCharacters();
  forEachEmbedded(content, schema, '', (object, path) => {
    if (memberOf(object, 'metadata') === undefined) return;
    const found = embeddedMetadata(object, `${path}.metadata`);
    for (const problem of found.unknown) {
      if (unknown.length < bounds.problemsToldMax && told.spend(problem.length)) {
        unknown.push(problem);
      }
    }
    object['metadata'] = found.metadata;
  });
  return unknown;
}

function embeddedMetadata(object: JsonObject, path: string): ReturnType<typeof decodeMetadata> {
  try {
    return decodeMetadata(object['metadata'], path);
  } catch (error) {
    if (!(error instanceof GoDecodeError)) throw error;
    // The API server's message contains the metadata here.
    throw new GoDecodeError(`${path}: Invalid value: "<omitted>": ${error.message}`);
  }
}

function assembled(content: JsonObject, kind: string, metadata: JsonObject): KubeObject {
  const apiVersion = content['apiVersion'];
  const object: KubeObject = {
    apiVersion: typeof apiVersion === 'string' ? apiVersion : '',
    kind,
    metadata,
  };
  for (const name of Object.keys(content)) {
    const value = memberOf(content, name);
    if (Object.hasOwn(object, name) || value === undefined) continue;
    setMember(object, name, value);
  }
  return object;
}

function reportDuplicates(value: RawValue, path: string, problems: DecodeProblems): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => reportDuplicates(item, `${path}[${index}]`, problems));
    return;
  }
  if (!(value instanceof RawObject)) return;
  const seen = new Set<string>();
  for (const [name, member] of value.entries) {
    const memberPath = childPath(path, name);
    if (seen.has(name)) problems.duplicateField(memberPath);
    seen.add(name);
    reportDuplicates(member, memberPath, problems);
  }
}
