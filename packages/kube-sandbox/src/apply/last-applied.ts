import { Buffer } from 'node:buffer';
import { isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject, KubeObject } from '../model/kube-object.js';
import { entriesOf } from '../patch/members.js';
import { DocumentSyntaxError, parseJson } from '../schema/json-syntax.js';
import { toJson } from '../schema/raw-value.js';
import { FieldSet } from './field-set.js';
import { compareValues } from './object-comparison.js';
import { fieldsOf } from './object-fields.js';
import type { ObjectTypes, TypeRef } from './object-type.js';
import { compareText } from './path-element.js';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
const annotationBytesMax = 256 * 1024;

/** Returns the fields that client-side `kubectl apply` set and that have not changed since. */
export function lastAppliedFields(types: ObjectTypes, root: TypeRef, live: KubeObject): FieldSet {
  const applied = parseApplied(live.metadata.annotations?.[annotation] ?? '');
  if (applied?.['apiVersion'] !== live.apiVersion) return new FieldSet();
  const { modified, added, removed } = compareValues(types, root, applied, live);
  const fields = fieldsOf(types, root, applied);
  return fields.difference(modified).difference(added).difference(removed);
}

function parseApplied(text: string): JsonObject | undefined {
  try {
    const applied = toJson(parseJson(text));
    return isJsonObject(applied) ? applied : undefined;
  } catch (error) {
    if (error instanceof DocumentSyntaxError) return undefined;
    throw error;
  }
}

/** Updates the annotation of `kubectl apply`, if present, to the applied configuration. */
export function syncLastApplied(object: KubeObject, applied: JsonObject): KubeObject {
  const { annotations = {} } = object.metadata;
  if (!annotations[annotation]) return object;
  const value = `${canonical(withoutAnnotation(applied))}\n`;
  const next: Record<string, string> = { ...annotations, [annotation]: value };
  const size = Object.entries(next)
    .flat()
    .reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (size > annotationBytesMax) delete next[annotation];
  return { ...object, metadata: { ...object.metadata, annotations: next } };
}

function withoutAnnotation(applied: JsonObject): JsonObject {
  const { metadata } = applied;
  const annotations = isJsonObject(metadata) ? metadata['annotations'] : undefined;
  if (!isJsonObject(metadata) || !isJsonObject(annotations)) return applied;
  const { [annotation]: _own, ...others } = annotations;
  return { ...applied, metadata: { ...metadata, annotations: others } };
}

/** Returns JSON as Go writes maps: members sorted, and characters of HTML markup escaped. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isJsonObject(value)) return escaped(JSON.stringify(value));
  const sorted = entriesOf(value).sort(([left], [right]) => compareText(left, right));
  const members = sorted.map(([n, member]) => `${escaped(JSON.stringify(n))}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}

function escaped(text: string): string {
  return text.replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
