import { Buffer } from 'node:buffer';
import { type ProtobufFields, protobufFields, wireTypes } from '../../core/protobuf-wire.js';

/** Received bytes that are no message of this kind. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/**
 * Encodes a field of bytes; an empty field is left out, as in proto3.
 * https://protobuf.dev/programming-guides/encoding/
 */
export function wireField(number: number, value: Uint8Array | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  return bytes.length === 0 ? Buffer.alloc(0) : wireItem(number, bytes);
}

/** Encodes an item that is present even if it is empty, like an item of a list. */
export function wireItem(number: number, bytes: Uint8Array): Buffer {
  const tag = varint(number * 8 + wireTypes.delimited);
  return Buffer.concat([tag, varint(bytes.length), bytes]);
}

/** Parses the fields of a message. Throws WireError. */
export function wireFields({ buffer, byteOffset, byteLength }: Uint8Array): ProtobufFields {
  try {
    return protobufFields(Buffer.from(buffer, byteOffset, byteLength));
  } catch (cause) {
    throw new WireError('it sent bytes that are not a protobuf message', { cause });
  }
}

/** Returns the values of a field of bytes, in order; ignores values of other wire types. */
export function wireValues(fields: ProtobufFields, number: number): readonly Buffer[] {
  return (fields.get(number) ?? [])
    .filter(({ wireType }) => wireType === wireTypes.delimited)
    .map(({ bytes }) => bytes);
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
