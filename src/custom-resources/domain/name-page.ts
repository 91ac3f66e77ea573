import { decodeCursor, encodeCursor, type Page } from '../../core/page.js';

/** Returns objects in the order of their names, after that of the cursor. Throws BadRequest. */
export function pageOf<T>(
  byName: ReadonlyMap<string, T>,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Page<T> {
  const after = cursor === undefined ? '' : (decodeCursor(cursor)['after'] ?? '');
  const names = [...byName.keys()].filter((name) => name > after).toSorted();
  const shown = names.slice(0, limit);
  const items = shown.flatMap((name) => byName.get(name) ?? []);
  const last = shown.at(-1);
  if (last === undefined || names.length <= limit) return { items };
  return { items, continue: encodeCursor({ after: last }) };
}
