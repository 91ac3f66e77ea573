import type { Change } from '../model/object-reader.js';
import { bounds } from '../store/sandbox-bounds.js';
import { fromPath } from '../store/storage-path.js';
import { BackgroundWork } from './background-work.js';
import { GarbageCollector, type GarbageParts } from './garbage-collector.js';
import { DELETION_MARK, OWNERS_MARK } from './object-marks.js';

/** An object without these marks has no owners and is not being deleted. */
const marks = [OWNERS_MARK, DELETION_MARK];

/**
 * Deletes objects whose owners are deleted, and carries out foreground and orphan deletion. The
 * collector keeps no state but the objects, so a start finds unfinished work again. An object that
 * names an absent owner has a grace period.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export function collectGarbage(
  parts: GarbageParts,
  onFault: (error: unknown) => void,
): BackgroundWork {
  const collector = new GarbageCollector(parts);
  const work = new BackgroundWork(() => {
    const hasMore = collector.work();
    if (collector.isWaiting) work.requestAfter(bounds.absentOwnerGraceMs);
    return hasMore;
  }, onFault);
  for (const change of storedObjects(parts)) collector.begin(change);
  parts.store.onChange((change) => {
    if (concerns(change)) collector.follow(change);
    if (collector.hasWork) work.request();
    else if (collector.isWaiting) work.requestAfter(bounds.absentOwnerGraceMs);
  });
  if (collector.hasWork) work.request();
  return work;
}

function concerns({ type, object, previous }: Change): boolean {
  if (type === 'DELETED') return true;
  return marks.some((mark) => object.includes(mark) || previous?.includes(mark) === true);
}

function* storedObjects({ store }: GarbageParts): Generator<Change> {
  for (const resource of store.resources()) {
    for (const { path, text, revision } of store.rowsWith(resource, marks)) {
      const location = fromPath(resource, path);
      yield { ...location, type: 'ADDED', object: text, previous: undefined, revision };
    }
  }
}
