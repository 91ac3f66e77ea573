import { isDeepStrictEqual } from 'node:util';
import type { Json } from './kube-object.js';

/** Equal but for the order of members and for members that are undefined. */
export function isSameJson(left: Json | undefined, right: Json | undefined): boolean {
  return isDeepStrictEqual(plain(left), plain(right));
}

function plain(value: Json | undefined): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}
