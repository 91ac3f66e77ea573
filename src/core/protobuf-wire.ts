import { badRequest, type SallyportError } from './errors/sallyport-error.js';
import { kubectlLimits } from './kubectl-limits.js';

/** How a value is written: a number of any length, of 8 or 4 bytes, or bytes with their length. */
export type WireType = (typeof wireTypes)[keyof typeof wireTypes];

export interface ProtobufValue {
  readonly wireType: WireType;
  /** As written, without the length before them. */
  readonly bytes: Buffer;
}

/** The fields of a message by number, each with its values in their order. */
export type ProtobufFields = ReadonlyMap<number, readonly ProtobufValue[]>;

/** Groups (3 and 4) are used no more. https://protobuf.dev/programming-guides/encoding/ */
export const wireTypes = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const;

/** Of a number of 64 bits; the last byte has room for one of them. */
const VARINT_BYTES_MAX = 10;
const LAST_VARINT_BYTE_MAX = 1;
const FIELD_NUMBER_MAX = 2 ** 29 - 1;
const known: ReadonlySet<number> = new Set(Object.values(wireTypes));

export function unreadable(): SallyportError {
  return badRequest('the body is no object in the protobuf form of Kubernetes');
}

/**
 * The fields of one message. Throws BadRequest for whatever readers take differently: Go cuts field
 * numbers to 32 bits and drops what a number has over 64, so each must be in range and as short as
 * can be.
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

/** Past 53 bits the value is not exact, but larger than any length or number that is taken. */
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
