import { Buffer } from 'node:buffer';

import { isJsonObject, type Json, type JsonObject } from '../model/kube-object.js';
import { canonicalObject } from '../schema/canonical-object.js';
import { DocumentSyntaxError, parseJson } from '../schema/json-syntax.js';
import { toJson } from '../schema/raw-value.js';
import { kubernetesSchemas } from '../schema/schema-source.js';
import { ProtobufSyntaxError } from './protobuf-reader.js';

/** Range of times: from 0001-01-01, Go's zero time, to the end of the year 9999. */
const secondsMin = -62_135_596_800;
const secondsMax = 253_402_300_799;
const nanosPerMicro = 1_000;
const nanosPerSecond = 1_000_000_000;
const jsonSchemaProps = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';

/** Converts a message's fields, which have their protobuf names, to JSON. */
type ValueForm = (fields: JsonObject) => Json;

/** Messages whose JSON is not an object of their fields. The forms throw ProtobufSyntaxError. */
export const valueForms: ReadonlyMap<string, ValueForm> = new Map<string, ValueForm>([
  ['meta.v1.Time', (fields) => time(fields, '')],
  ['meta.v1.MicroTime', (fields) => time(fields, microseconds(fields['nanos']))],
  ['meta.v1.FieldsV1', ({ Raw }) => embeddedJson(Raw)],
  ['apiextensions.v1.JSON', ({ raw }) => embeddedJson(raw)],
  ['api.resource.Quantity', ({ string: text = '0' }) => text],
  ['util.intstr.IntOrString', intOrString],
  [
    'apiextensions.v1.JSONSchemaPropsOrBool',
    ({ schema, allows = false }) => written(schema) ?? allows,
  ],
  [
    'apiextensions.v1.JSONSchemaPropsOrArray',
    ({ schema, jSONSchemas = schema }) => written(jSONSchemas) ?? null,
  ],
  [
    'apiextensions.v1.JSONSchemaPropsOrStringArray',
    ({ schema, property = schema }) => written(property) ?? null,
  ],
]);

/**
 * Returns a JSON schema, or a list of schemas, without empty values. The JSON decoder does not
 * decode a field that may be either.
 */
function written(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((element) => written(element) ?? null);
  const schemas = kubernetesSchemas();
  const node = schemas.definitions()[jsonSchemaProps];
  if (!isJsonObject(value) || node === undefined) return value;
  return canonicalObject(value, node, schemas);
}

/** Returns null for Go's zero time, which is a message without fields. */
function time(fields: JsonObject, fraction: string): Json {
  if (Object.keys(fields).length === 0) return null;
  const seconds = Number(fields['seconds'] ?? 0);
  if (seconds === secondsMin) return null;
  if (seconds < secondsMin || seconds > secondsMax) {
    throw new ProtobufSyntaxError('Time.MarshalJSON: year outside of range [0,9999]');
  }
  const whole = new Date(seconds * 1_000).toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length);
  return `${whole}${fraction}Z`;
}

function microseconds(nanos: Json | undefined): string {
  const micros = Math.trunc((Number(nanos ?? 0) % nanosPerSecond) / nanosPerMicro);
  return `.${String(Math.max(micros, 0)).padStart(6, '0')}`;
}

function intOrString({ type = 0, intVal = 0, strVal = '' }: JsonObject): Json {
  if (type === 0) return intVal;
  if (type === 1) return strVal;
  throw new ProtobufSyntaxError('impossible IntOrString.Type');
}

/** Parses JSON up to the nesting limit of documents. */
function embeddedJson(base64: Json | undefined): Json {
  if (typeof base64 !== 'string' || base64 === '') return null;
  try {
    return toJson(parseJson(Buffer.from(base64, 'base64').toString('utf8')));
  } catch (error) {
    if (!(error instanceof DocumentSyntaxError)) throw error;
    throw new ProtobufSyntaxError(error.message);
  }
}
