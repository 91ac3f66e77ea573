import { Buffer } from 'node:buffer';

const prefix = Buffer.from('k8s\0');

/** A field of bytes, text or an encoded message. */
export function bytesField(number: number, ...parts: readonly (string | Buffer)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([tag(number, 2), varint(BigInt(content.length)), content]);
}

export function intField(number: number, value: bigint): Buffer {
  return Buffer.concat([tag(number, 0), varint(BigInt.asUintN(64, value))]);
}

export function doubleField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([tag(number, 1), bytes]);
}

export function tag(number: number, wireType: number): Buffer {
  return varint(BigInt((number << 3) | wireType));
}

export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

/** An object as clients send it. */
export function envelope(
  apiVersion: string,
  kind: string,
  ...parts: readonly (string | Buffer)[]
): Buffer {
  const type = bytesField(1, bytesField(1, apiVersion), bytesField(2, kind));
  return Buffer.concat([prefix, type, bytesField(2, ...parts)]);
}
