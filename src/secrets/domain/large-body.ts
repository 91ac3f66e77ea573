import { limits } from '../../core/limits.js';
import { isRecord } from './body-members.js';

/** Whether it takes longer to decode the values of a write than to ask for the right to it. */
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
