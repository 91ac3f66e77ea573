import { badRequest, type SallyportError } from './errors/sallyport-error.js';
import { kubectlLimits } from './kubectl-limits.js';

/** Encoding of a value: a varint, 8 or 4 bytes, or bytes preceded by their length. */
export type WireType = (typeof wireTypes)[keyof typeof wireTypes];

export interface ProtobufValue {
  readonly wireType: WireType;
  /** As written, without the preceding length. */
  readonly bytes: Buffer;
}

/** Fields of a message by number, each with its values in order. */
export type ProtobufFields = ReadonlyMap<number, readonly ProtobufValue[]>;

/** Groups (3 and 4) are deprecated. https://protobuf.dev/programming-guides/encoding/ */
export const wireTypes = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const;

/** Bytes of a 64-bit number; the last byte carries one bit. */
const VARINT_BYTES_MAX = 10;
const LAST_VARINT_BYTE_MAX = 1;
const FIELD_NUMBER_MAX = 2 ** 29 - 1;
const known: ReadonlySet<number> = new Set(Object.values(wireTypes));

export function unreadable(): SallyportError {
  return badRequest('the body is no object in the protobuf form of Kubernetes');
}

/**
 * Returns the fields of one message. Throws BadRequest for encodings that readers interpret
 * differently: Go truncates field numbers to 32 bits and numbers to 64. Each must be in range and
 * of minimal length.
 */
export function protobufFields(bytes: Buffer): ProtobufFields {
  const fields = new Map<number, ProtobufValue[]>();
  const countMax = kubectlLimits.kubectlProtobufFieldsMax;
  let position = 0;
  for (let count = 0; position < bytes.byteLength; count += 1) {
    if (count >= countMax) throw badRequest(`the body has more than ${countMax} fields`);
    const tag = readVarint(bytes, position);
    const number = Math.floor(tag.value / 8);
    if (number === 0 || number > FIELD_NUMBER_MAX) throw unreadable();
    const wireType = tag.value % 8;
    if (!isKnown(wireType)) throw unreadable();
    const { start, end } = extentOf(bytes, tag.end, wireType);
    if (end > bytes.byteLength) throw unreadable();
    const value = { wireType, bytes: bytes.subarray(start, end) };
    const values = fields.get(number);
    if (values === undefined) fields.set(number, [value]);
    else values.push(value);
    position = end;
  }
  return fields;
}

function isKnown(wireType: number): wireType is WireType {
  return known.has(wireType);
}

function extentOf(
  bytes: Buffer,
  start: number,
  wireType: WireType,
): { readonly start: number; readonly end: number } {
  switch (wireType) {
    case wireTypes.varint:
      return { start, end: readVarint(bytes, start).end };
    case wireTypes.fixed64:
      return { start, end: start + 8 };
    case wireTypes.fixed32:
      return { start, end: start + 4 };
    case wireTypes.delimited: {
      const length = readVarint(bytes, start);
      return { start: length.end, end: length.end + length.value };
    }
  }
}

/** Reads a number; beyond 53 bits it is inexact, but larger than any accepted length or number. */
function readVarint(
  bytes: Buffer,
  start: number,
): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let index = 0; index < VARINT_BYTES_MAX; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) break;
    value += (byte % 128) * 128 ** index;
    if (byte >= 128) continue;
    const isPadded = byte === 0 && index > 0;
    const isTooLarge = index === VARINT_BYTES_MAX - 1 && byte > LAST_VARINT_BYTE_MAX;
    if (isPadded || isTooLarge) break;
    return { value, end: start + index + 1 };
  }
  throw unreadable();
}
