import type { Change } from '../model/object-reader.js';
import { bounds } from '../store/sandbox-bounds.js';
import { fromPath } from '../store/storage-path.js';
import { BackgroundWork } from './background-work.js';
import { GarbageCollector, type GarbageParts } from './garbage-collector.js';
import { DELETION_MARK, OWNERS_MARK } from './object-marks.js';

/** Everything else can be told from the text to have no owners and no end in sight. */
const marks = [OWNERS_MARK, DELETION_MARK];

/**
 * Deletes objects whose owners are gone, and carries out foreground and orphan deletion. What was
 * left undone when the process ended is found again at the start: nothing is remembered but what
 * the objects say. An object that names an owner who is not there has a time of grace.
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
