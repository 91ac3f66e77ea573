import { isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject } from '../model/kube-object.js';
import { memberOf } from '../schema/raw-value.js';

/** End of a pointer: a container, and a name or index in it, which may not exist. */
export interface Place {
  readonly container: JsonObject | Json[];
  readonly key: string;
}

/**
 * Resolves a JSON pointer; returns undefined if a container on the path is missing or the pointer
 * names the whole document.
 * https://www.rfc-editor.org/rfc/rfc6901
 */
export function resolvePointer(root: Json, pointer: string): Place | undefined {
  const [, ...tokens] = pointer.split('/');
  const last = tokens.pop();
  if (last === undefined) return undefined;
  let current: Json | undefined = root;
  for (const token of tokens) current = childOf(current, unescaped(token));
  if (current === undefined || current === null || typeof current !== 'object') return undefined;
  return { container: current, key: unescaped(last) };
}

function childOf(container: Json | undefined, key: string): Json | undefined {
  if (isJsonObject(container)) return memberOf(container, key);
  if (!Array.isArray(container) || !/^[+-]?\d{1,15}$/.test(key)) return undefined;
  return container.at(Number(key));
}

function unescaped(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
