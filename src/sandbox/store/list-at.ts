import type { ListRange, ObjectStore, StoredText } from './object-store.js';
import { pathOf } from './storage-path.js';

/**
 * The objects of a range as they were at a revision that the change log still reaches: what has
 * changed since is taken from the first later change of each object, which holds its state before.
 */
export function listAt(
  store: ObjectStore,
  range: ListRange,
  revision: number,
): readonly StoredText[] {
  const since = store.changes.after(revision, range.resource, range.namespace);
  if (since.length === 0) return store.list(range);
  const before = new Map<string, string | undefined>();
  for (const change of since) {
    const path = pathOf(change);
    if (!before.has(path)) before.set(path, change.previous);
  }
  const { limit, ...unlimited } = range;
  const unchanged = store.list(unlimited).filter(({ path }) => !before.has(path));
  const restored = [...before].flatMap(([path, text]) =>
    text === undefined || path <= (range.after ?? '') ? [] : [{ path, text, revision }],
  );
  const all = [...unchanged, ...restored].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return limit === undefined ? all : all.slice(0, limit);
}
