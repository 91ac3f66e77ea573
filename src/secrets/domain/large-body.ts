import { limits } from '../../core/limits.js';
import { isRecord } from './body-members.js';

/** Reports whether decoding a write's values takes longer than checking the right to it. */
export function isLargeBody(body: unknown): boolean {
  if (Array.isArray(body)) return body.length > limits.jsonMembersFree;
  if (!isRecord(body)) return false;
  return isLargeMap(body['data']) || isLargeMap(body['stringData']);
}

function isLargeMap(values: unknown): boolean {
  if (!isRecord(values)) return false;
  const entries = Object.values(values);
  if (entries.length > limits.jsonMembersFree) return true;
  const characters = entries.reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? value.length : 0),
    0,
  );
  return characters > limits.smallBodyBytesMax;
}
