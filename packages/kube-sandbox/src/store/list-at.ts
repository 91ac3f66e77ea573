import type { ListRange, ObjectStore, StoredText } from './object-store.js';
import { fromPath } from './storage-path.js';

/**
 * Yields the objects of a range as they were at a revision that the change log still covers. For an
 * object that has changed since, the first later change contains the earlier state.
 */
export function* rowsAt(
  store: ObjectStore,
  range: ListRange,
  revision: number,
): Generator<StoredText> {
  const changed = changedSince(store, range, revision);
  const paths = new Set(changed.map(({ path }) => path));
  const before = changed.filter(({ existed }) => existed);
  let next = 0;
  function* restoredUpTo(path: string | undefined): Generator<StoredText> {
    for (let it = before[next]; it && (path === undefined || it.path < path); it = before[next]) {
      next += 1;
      const text = store.changes.previousOf(it.revision);
      if (text !== undefined) yield { path: it.path, text, revision };
    }
  }
  for (const row of store.rows(range)) {
    if (paths.has(row.path)) continue;
    yield* restoredUpTo(row.path);
    yield row;
  }
  yield* restoredUpTo(undefined);
}

/** Returns the number of rows that `rowsAt` yields. */
export function countAt(store: ObjectStore, range: ListRange, revision: number): number {
  let count = store.count(range);
  for (const { path, existed } of changedSince(store, range, revision)) {
    const exists = store.has(fromPath(range.resource, path));
    if (existed && !exists) count += 1;
    if (exists && !existed) count -= 1;
  }
  return count;
}

/** Returns changes in order of paths. */
function changedSince(store: ObjectStore, { resource, namespace, after }: ListRange, at: number) {
  if (at >= store.revision) return [];
  const all = store.changes.firstAfter(at, resource, namespace);
  const changed = all.filter(({ path }) => path > (after ?? ''));
  return changed.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
