import { isRecord, membersOf } from '../../../secrets/domain/body-members.js';
import type { ForwardedRequest } from './forwarded.js';
import { isApply, isJsonPatch } from './patch-types.js';

/** Keys of a write, as named in its event, since an answer contains all keys. */
export interface SentKeys {
  /** Sorted. */
  readonly names: readonly string[];
  /** Other keys that it may touch: none, keys that are gone afterwards, or any. */
  readonly others: 'none' | 'gone' | 'any';
}

type Found = readonly string[] | 'any';

/** Returns the keys; `document` is the certain content, undefined if that is unknown. */
export function sentKeys(
  { verb, raw }: Pick<ForwardedRequest, 'verb' | 'raw'>,
  document: unknown,
): SentKeys {
  if (verb !== 'create' && verb !== 'update' && verb !== 'patch') return found([]);
  if (isJsonPatch(raw)) return found(patchedKeys(document));
  const keys = objectKeys(document);
  if (keys === 'any') return found(keys);
  // Both delete stored keys that are not sent.
  const isWhole = verb === 'update' || isApply(raw);
  return { ...found(keys), others: isWhole ? 'gone' : 'none' };
}

function found(keys: Found): SentKeys {
  if (keys === 'any') return { names: [], others: 'any' };
  return { names: [...new Set(keys)].toSorted(), others: 'none' };
}

function objectKeys(document: unknown): Found {
  if (!isRecord(document)) return 'any';
  const { data = {}, stringData = {} } = document;
  if (!isRecord(data) || !isRecord(stringData)) return 'any';
  const names = [...Object.keys(data), ...Object.keys(stringData)];
  // Directives of strategic merge patches begin with `$`; no key does.
  const isDirected = [...Object.keys(document), ...names].some((name) => name.startsWith('$'));
  return isDirected ? 'any' : names;
}

/** Returns keys in `path` and `from` of an RFC 6902 patch, below `data`. */
function patchedKeys(document: unknown): Found {
  if (!Array.isArray(document)) return 'any';
  const pointers = document.flatMap((operation) => {
    const { path, from } = membersOf(operation);
    return [path, from].filter((pointer) => pointer !== undefined);
  });
  const keys = pointers.map(keyOf);
  const known = keys.filter((key) => key !== undefined);
  return known.length < keys.length ? 'any' : known.filter((key) => key !== '');
}

/** Returns the key; `''` for other fields; undefined if it may be any key. */
function keyOf(pointer: unknown): string | undefined {
  if (typeof pointer !== 'string') return undefined;
  const [root, map, key] = pointer.split('/');
  if (root !== '' || map === undefined || map === '') return undefined;
  if (map !== 'data' && map !== 'stringData') return '';
  return key === '' ? undefined : key;
}
