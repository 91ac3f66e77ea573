import { badRequest } from './errors/sallyport-error.js';

/** The fields of a message by number, each with its values in their order; numbers are left out. */
export type ProtobufFields = ReadonlyMap<number, readonly Buffer[]>;

/** An object in Kubernetes' protobuf form, whose type stands around it. */
export interface ProtobufObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly fields: ProtobufFields;
}

/** Before every object: `k8s` and a zero byte. */
const PREFIX = Buffer.from([0x6b, 0x38, 0x73, 0x00]);
const UNREADABLE = 'the body is no object in the protobuf form of Kubernetes';
const varint = 0;
const fixed64 = 1;
const delimited = 2;
const fixed32 = 5;
/** Of a varint of 64 bits. */
const VARINT_BYTES_MAX = 10;

/**
 * Reads texts and messages of an object without knowing its type. Throws BadRequest for what is
 * none; its words quote nothing.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function protobufObject(body: Buffer): ProtobufObject {
  if (!body.subarray(0, PREFIX.byteLength).equals(PREFIX)) throw badRequest(UNREADABLE);
  const envelope = protobufFields(body.subarray(PREFIX.byteLength));
  const type = protobufFields(single(envelope, 1) ?? Buffer.alloc(0));
  return {
    apiVersion: protobufText(type, 1),
    kind: protobufText(type, 2),
    fields: protobufFields(single(envelope, 2) ?? Buffer.alloc(0)),
  };
}

/** The fields of a message in a field; none where it is absent. Throws BadRequest. */
export function protobufMessage(fields: ProtobufFields, number: number): ProtobufFields {
  return protobufFields(single(fields, number) ?? Buffer.alloc(0));
}

/** A text; `''` where it is absent, as protobuf has it. Throws BadRequest. */
export function protobufText(fields: ProtobufFields, number: number): string {
  const bytes = single(fields, number);
  return bytes === undefined ? '' : bytes.toString('utf8');
}

/** Given twice, readers take the first, the last or both. */
function single(fields: ProtobufFields, number: number): Buffer | undefined {
  const values = fields.get(number) ?? [];
  if (values.length > 1) throw badRequest('the body gives one field more than once');
  return values[0];
}

function protobufFields(bytes: Buffer): ProtobufFields {
  const fields = new Map<number, Buffer[]>();
  let position = 0;
  while (position < bytes.byteLength) {
    const tag = readVarint(bytes, position);
    const wireType = tag.value % 8;
    const number = Math.floor(tag.value / 8);
    const { value, end } = readValue(bytes, tag.end, wireType);
    if (number === 0 || end > bytes.byteLength) throw badRequest(UNREADABLE);
    if (value !== undefined) fields.set(number, [...(fields.get(number) ?? []), value]);
    position = end;
  }
  return fields;
}

function readValue(
  bytes: Buffer,
  start: number,
  wireType: number,
): { readonly value?: Buffer; readonly end: number } {
  if (wireType === varint) return { end: readVarint(bytes, start).end };
  if (wireType === fixed64) return { end: start + 8 };
  if (wireType === fixed32) return { end: start + 4 };
  if (wireType !== delimited) throw badRequest(UNREADABLE);
  const { value: length, end: from } = readVarint(bytes, start);
  return { value: bytes.subarray(from, from + length), end: from + length };
}

function readVarint(
  bytes: Buffer,
  start: number,
): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let index = 0; index < VARINT_BYTES_MAX; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) break;
    value += (byte % 128) * 128 ** index;
    if (byte < 128) return { value, end: start + index + 1 };
  }
  throw badRequest(UNREADABLE);
}
