import { Buffer } from 'node:buffer';

/**
 * Subset of protocol buffers for three small messages: fields of bytes in sequence.
 * https://protobuf.dev/programming-guides/encoding/
 */
export interface WireField {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** Received bytes that are no message of this kind. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
/** Lengths and field numbers stay far below 2^28: longer ones are refused, and no bit is lost. */
const VARINT_BYTES_MAX = 4;
const SKIPPED_VARINT_BYTES_MAX = 10;

/** Encodes a field of bytes; an empty field is left out, as in proto3. */
export function wireField(number: number, value: Uint8Array | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  if (bytes.length === 0) return Buffer.alloc(0);
  return Buffer.concat([varint(number * 8 + LENGTH_DELIMITED), varint(bytes.length), bytes]);
}

/** Encodes an item that is present even if it is empty, like an item of a list. */
export function wireItem(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(number * 8 + LENGTH_DELIMITED), varint(bytes.length), bytes]);
}

/** Parses the fields of bytes in a message, in order; skips fields of other kinds. */
export function wireFields(message: Uint8Array): readonly WireField[] {
  const fields: WireField[] = [];
  let at = 0;
  while (at < message.length) {
    const tag = readVarint(message, at);
    const kind = tag.value % 8;
    if (kind !== LENGTH_DELIMITED) {
      at = skipped(message, tag.end, kind);
      continue;
    }
    const length = readVarint(message, tag.end);
    at = length.end + length.value;
    if (at > message.length) throw new WireError('a field is cut off');
    const bytes = message.subarray(length.end, at);
    fields.push({ number: Math.floor(tag.value / 8), bytes });
  }
  return fields;
}

function skipped(message: Uint8Array, at: number, kind: number): number {
  const widths: Readonly<Record<number, number>> = { [FIXED64]: 8, [FIXED32]: 4 };
  const width = kind === VARINT ? varintWidth(message, at) : widths[kind];
  if (width === undefined || at + width > message.length) {
    throw new WireError('a field is cut off or of an unknown kind');
  }
  return at + width;
}

function varintWidth(message: Uint8Array, at: number): number | undefined {
  const bytes = message.subarray(at, at + SKIPPED_VARINT_BYTES_MAX);
  const last = bytes.findIndex((byte) => byte < 0x80);
  return last === -1 ? undefined : last + 1;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

function readVarint(message: Uint8Array, at: number): { readonly value: number; end: number } {
  let value = 0;
  for (let index = 0; index < VARINT_BYTES_MAX; index += 1) {
    const byte = message[at + index];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  throw new WireError('a number is cut off or too large');
}
