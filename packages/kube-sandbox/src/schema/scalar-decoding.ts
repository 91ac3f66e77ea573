import { Buffer } from 'node:buffer';

import type { Json } from '../model/kube-object.js';
import { cannotUnmarshal, GoDecodeError, type GoPlace } from './decode-problems.js';
import { canonicalBase64, Base64SyntaxError } from './go-base64.js';
import { canonicalQuantity, QuantitySyntaxError } from './go-quantity.js';
import { canonicalTime, TimeSyntaxError } from './go-time.js';
import type { GoKind } from './go-type.js';
import { kindOf, RawNumber, type RawValue } from './raw-value.js';

/** Go type of a scalar. */
export interface ScalarTarget {
  readonly kind: GoKind;
  readonly type: string;
  readonly place: GoPlace;
}

const ranges: Readonly<Record<string, readonly [least: bigint, most: bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint8: [0n, 255n],
};
const integer = /^-?\d{1,20}$/;

/** Decodes everything but structs, maps and lists. Throws GoDecodeError; `value` is not null. */
export function decodeScalar(value: RawValue, target: ScalarTarget): Json {
  switch (target.kind) {
    case 'bytes':
      return decodeBytes(value, target);
    case 'time':
      return decodeTime(value, target);
    case 'integer':
      return decodeInteger(value, target);
    case 'intOrString':
      return typeof value === 'string' ? value : decodeInteger(value, { ...target, type: 'int32' });
    case 'quantity':
      return decodeQuantity(value);
    default:
      return decodePlain(value, target);
  }
}

function decodePlain(value: RawValue, { kind, type, place }: ScalarTarget): Json {
  if (kind === 'string' && typeof value === 'string') return value;
  if (kind === 'boolean' && typeof value === 'boolean') return value;
  if (kind === 'number' && value instanceof RawNumber) return Number(value.text);
  throw cannotUnmarshal(kindOf(value), place, type);
}

function decodeInteger(value: RawValue, { type, place }: ScalarTarget): number {
  if (!(value instanceof RawNumber)) throw cannotUnmarshal(kindOf(value), place, type);
  const [least, most] = ranges[type] ?? ranges['int64'] ?? [0n, 0n];
  const isInteger = integer.test(value.text);
  if (!isInteger || BigInt(value.text) < least || BigInt(value.text) > most) {
    throw cannotUnmarshal(`number ${value.text}`, place, type);
  }
  // `-0` is 0 in Go.
  return Number(value.text) + 0;
}

function decodeBytes(value: RawValue, { type, place }: ScalarTarget): string {
  if (Array.isArray(value)) {
    return Buffer.from(value.map((byte) => decodeByte(byte, place))).toString('base64');
  }
  if (typeof value !== 'string') throw cannotUnmarshal(kindOf(value), place, type);
  return rethrown(() => canonicalBase64(value));
}

/** Unlike the API server's errors, this one omits the number, which is part of the value. */
function decodeByte(value: RawValue, place: GoPlace): number {
  const isByte = value instanceof RawNumber && integer.test(value.text);
  const byte = value === null ? 0 : isByte ? Number(value.text) : -1;
  if (byte < 0 || byte > 255) throw cannotUnmarshal(kindOf(value), place, 'uint8');
  return byte;
}

function decodeTime(value: RawValue, { type, place }: ScalarTarget): string {
  if (typeof value !== 'string') throw cannotUnmarshal(kindOf(value), place, 'string');
  return rethrown(() => canonicalTime(value, type === 'v1.MicroTime'));
}

function decodeQuantity(value: RawValue): string {
  const text = value instanceof RawNumber ? value.text : value;
  return rethrown(() => canonicalQuantity(typeof text === 'string' ? text.trim() : ''));
}

function rethrown<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Base64SyntaxError) throw new GoDecodeError(error.message);
    if (error instanceof TimeSyntaxError) throw new GoDecodeError(error.message);
    if (error instanceof QuantitySyntaxError) throw new GoDecodeError(error.message);
    throw error;
  }
}
