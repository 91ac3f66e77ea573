import { Buffer } from 'node:buffer';
import { isJsonObject, type Json } from '../model/kube-object.js';
import { entriesOf } from './members.js';

export interface SizeLimits {
  readonly bytesMax: number;
  readonly levelsMax: number;
}

/**
 * Returns the size of a value as JSON, without serializing it; undefined if the value is larger or
 * deeper than allowed.
 */
export function jsonBytes(value: Json, { bytesMax, levelsMax }: SizeLimits): number | undefined {
  const bytes = scalarBytes(value);
  if (bytes !== undefined) return bytes <= bytesMax ? bytes : undefined;
  if (levelsMax <= 0) return undefined;
  let left = bytesMax - '[]'.length;
  for (const [prefix, member] of membersOf(value)) {
    left -= prefix;
    const inner = jsonBytes(member, { bytesMax: left, levelsMax: levelsMax - 1 });
    if (inner === undefined) return undefined;
    left -= inner;
  }
  return left < 0 ? undefined : bytesMax - left;
}

function scalarBytes(value: Json): number | undefined {
  if (typeof value === 'object' && value !== null) return undefined;
  return Buffer.byteLength(JSON.stringify(value));
}

/** Returns members with the bytes before each: a comma, and the name if there is one. */
function membersOf(value: Json): (readonly [prefixBytes: number, value: Json])[] {
  if (Array.isArray(value)) return value.map((item, index) => [Math.min(index, 1), item] as const);
  if (!isJsonObject(value)) return [];
  return entriesOf(value).map(([name, member], index) => {
    const nameBytes = Buffer.byteLength(JSON.stringify(name)) + ':'.length;
    return [Math.min(index, 1) + nameBytes, member] as const;
  });
}
