import { isDeepStrictEqual } from 'node:util';
import type { Json } from './kube-object.js';

/** Reports whether values are equal, ignoring the order of members and undefined members. */
export function isSameJson(left: Json | undefined, right: Json | undefined): boolean {
  return isDeepStrictEqual(plain(left), plain(right));
}

function plain(value: Json | undefined): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}
