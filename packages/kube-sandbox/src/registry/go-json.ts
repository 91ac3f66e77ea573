import type { Json } from '../model/kube-object.js';

const escaped = /[<>&\u2028\u2029]/g;

/** Returns JSON as Go's encoder writes it, with escapes for what could end an HTML script. */
export function goJson(value: Json): string {
  return JSON.stringify(value).replace(escaped, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
