import type { ForwardedRequest } from './forwarded.js';
import { lenientJson, membersOf } from './lenient-json.js';
import { isJsonPatch } from './patch-types.js';

/**
 * Names of the keys that a write sends, sorted: what its event is about, since an answer shows all
 * that a Secret has. `all` where it is about the whole, or its body cannot be read here.
 */
export function sentKeys({ verb, raw }: ForwardedRequest): readonly string[] | 'all' {
  if (verb !== 'create' && verb !== 'update' && verb !== 'patch') return [];
  // As much of YAML as is JSON, too, which kubectl sends where it applies.
  const document = lenientJson(raw.body);
  const keys = isJsonPatch(raw) ? patchedKeys(document) : objectKeys(document);
  return keys === 'all' ? keys : [...new Set(keys)].toSorted();
}

function objectKeys(document: unknown): readonly string[] | 'all' {
  if (document === undefined) return 'all';
  const { data, stringData } = membersOf(document);
  if (data === null || stringData === null) return 'all';
  const names = [...Object.keys(membersOf(data)), ...Object.keys(membersOf(stringData))];
  // Directives of strategic merge patches begin so; no key does.
  return names.some((name) => name.startsWith('$')) ? 'all' : names;
}

/** Of RFC 6902: what stands below `data`, in `path` and `from`. */
function patchedKeys(document: unknown): readonly string[] | 'all' {
  if (!Array.isArray(document)) return 'all';
  const pointers = document.flatMap((operation) => {
    const { path, from } = membersOf(operation);
    return [path, from].filter((pointer) => pointer !== undefined);
  });
  const keys = pointers.map(keyOf);
  return keys.includes('all') ? 'all' : keys.filter((key) => key !== undefined);
}

function keyOf(pointer: unknown): string | undefined {
  if (typeof pointer !== 'string' || /^(?:\/(?:data|stringData))?\/?$/.test(pointer)) return 'all';
  return /^\/(?:data|stringData)\/([^/]+)$/.exec(pointer)?.[1];
}
