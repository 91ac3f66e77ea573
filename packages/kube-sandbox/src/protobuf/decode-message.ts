import { Buffer } from 'node:buffer';

import { isJsonObject, type Json, type JsonObject } from '../model/kube-object.js';
import { memberOf, setMember } from '../schema/raw-value.js';
import { messageType, type MessageField } from './message-types.js';
import { ProtobufReader, ProtobufSyntaxError, wireTypes, type Tag } from './protobuf-reader.js';
import { valueForms } from './value-forms.js';

/** Go has no bound; with this bound, no document is deeper than the JSON decoder reads. */
export const nestedMessagesMax = 200;
/** Largest 64-bit integer that a double represents without exceeding 64 bits. */
const int64Max = 2 ** 63 - 1024;

type Scalar = 'string' | 'bytes' | 'bool' | 'int32' | 'int64' | 'double';

const scalarWireTypes: Readonly<Record<Scalar, number>> = {
  string: wireTypes.bytes,
  bytes: wireTypes.bytes,
  bool: wireTypes.varint,
  int32: wireTypes.varint,
  int64: wireTypes.varint,
  double: wireTypes.fixed64,
};
/** Value of a map entry without a value. */
const zeros: Readonly<Record<Scalar, Json>> = {
  string: '',
  bytes: '',
  bool: false,
  int32: 0,
  int64: 0,
  double: 0,
};

/**
 * Decodes a message to JSON with all encoded fields, including empty fields. Skips unknown fields.
 * Throws ProtobufSyntaxError.
 */
export function decodeMessage(bytes: Buffer, type: string): Json {
  return messageValue(bytes, type, { depth: 0, previous: undefined });
}

interface MessagePlace {
  readonly depth: number;
  /** Value of an earlier occurrence of the field, into which protobuf merges. */
  readonly previous: Json | undefined;
}

function messageValue(bytes: Buffer, type: string, { depth, previous }: MessagePlace): Json {
  const form = valueForms.get(type);
  const fields = form === undefined && isJsonObject(previous) ? previous : {};
  decodeFields(bytes, fields, { type, depth });
  if (form !== undefined) return form(fields);
  return messageType(type).isList ? (fields[''] ?? []) : fields;
}

function decodeFields(
  bytes: Buffer,
  target: JsonObject,
  { type, depth }: { readonly type: string; readonly depth: number },
): void {
  const { goName, fields } = messageType(type);
  if (depth > nestedMessagesMax) throw new ProtobufSyntaxError(`proto: ${goName}: nested too deep`);
  const reader = new ProtobufReader(bytes);
  while (!reader.isAtEnd) {
    const tag = reader.tag(goName);
    const field = fields.get(tag.number);
    if (field === undefined) reader.skip(tag);
    else decodeField(reader, target, { field, tag, depth });
  }
}

interface FieldPlace {
  readonly field: MessageField;
  readonly tag: Tag;
  readonly depth: number;
}

function decodeField(reader: ProtobufReader, target: JsonObject, place: FieldPlace): void {
  const { field, tag, depth } = place;
  const { jsonName, type, shape } = field;
  if (shape === 'list') {
    const list = listAt(target, jsonName);
    for (const element of elements(reader, place)) list.push(element);
    return;
  }
  expectWireType(field, tag);
  if (shape === 'map') {
    decodeEntry(reader.bytes(), mapAt(target, jsonName), place);
  } else if (jsonName === '') {
    decodeFields(reader.bytes(), target, { type, depth: depth + 1 });
  } else {
    const previous = memberOf(target, jsonName);
    const value = decodeValue(reader, type, { depth, previous });
    // JSON null, such as the zero time, equals an absent member.
    if (value !== null) target[jsonName] = value;
  }
}

/** Returns one element, or all elements of a packed list of integers. */
function elements(reader: ProtobufReader, { field, tag, depth }: FieldPlace): readonly Json[] {
  const { type } = field;
  const isPacked = wireTypeOf(type) === wireTypes.varint && tag.wireType === wireTypes.bytes;
  if (!isPacked) {
    expectWireType(field, tag);
    return [decodeValue(reader, type, { depth, previous: undefined })];
  }
  const packed = new ProtobufReader(reader.bytes());
  const values: Json[] = [];
  while (!packed.isAtEnd) values.push(decodeValue(packed, type, { depth, previous: undefined }));
  return values;
}

function decodeEntry(bytes: Buffer, map: JsonObject, { field, depth }: FieldPlace): void {
  const { type, goName } = field;
  const reader = new ProtobufReader(bytes);
  let key = '';
  let value: Json | undefined;
  while (!reader.isAtEnd) {
    const tag = reader.tag(goName);
    if (tag.number === 1) key = reader.bytes().toString('utf8');
    else if (tag.number === 2) value = decodeValue(reader, type, { depth, previous: undefined });
    else reader.skip(tag);
  }
  setMember(map, key, value ?? emptyValue(type));
}

function emptyValue(type: string): Json {
  return isScalar(type)
    ? zeros[type]
    : messageValue(Buffer.alloc(0), type, { depth: 0, previous: undefined });
}

function decodeValue(
  reader: ProtobufReader,
  type: string,
  { depth, previous }: MessagePlace,
): Json {
  if (isScalar(type)) return decodeScalar(reader, type);
  return messageValue(reader.bytes(), type, { depth: depth + 1, previous });
}

function decodeScalar(reader: ProtobufReader, type: Scalar): Json {
  switch (type) {
    case 'string':
      return reader.bytes().toString('utf8');
    case 'bytes':
      return reader.bytes().toString('base64');
    case 'bool':
      return reader.varint() !== 0n;
    case 'int32':
      return Number(BigInt.asIntN(32, reader.varint()));
    case 'int64':
      return bounded(Number(BigInt.asIntN(64, reader.varint())));
    case 'double':
      return finite(reader.double());
  }
}

/** A value that rounds beyond 64 bits could not be read again. */
function bounded(integer: number): number {
  return Math.min(Math.max(integer, -int64Max), int64Max);
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new ProtobufSyntaxError('json: unsupported value: a number that is not finite');
}

function listAt(target: JsonObject, name: string): Json[] {
  const found = target[name];
  if (Array.isArray(found)) return found;
  const list: Json[] = [];
  target[name] = list;
  return list;
}

function mapAt(target: JsonObject, name: string): JsonObject {
  const found = target[name];
  if (isJsonObject(found)) return found;
  const map: JsonObject = {};
  target[name] = map;
  return map;
}

function isScalar(type: string): type is Scalar {
  return Object.hasOwn(scalarWireTypes, type);
}

function wireTypeOf(type: string): number {
  return isScalar(type) ? scalarWireTypes[type] : wireTypes.bytes;
}

function expectWireType({ type, shape, goName }: MessageField, { wireType }: Tag): void {
  const expected = shape === 'map' ? wireTypes.bytes : wireTypeOf(type);
  if (wireType === expected) return;
  throw new ProtobufSyntaxError(`proto: wrong wireType = ${wireType} for field ${goName}`);
}
