import type { KubeObject } from '../model/kube-object.js';
import type { ObjectPath } from '../model/object-reader.js';
import type { ObjectStore } from '../store/object-store.js';
import { timestamp } from '../verbs/resource-request.js';

/** Removes an object, or marks it as being deleted where finalizers hold it. */
export function markDeleted(
  store: ObjectStore,
  path: ObjectPath,
  object: KubeObject,
  nowMs: number,
): void {
  const { finalizers = [], deletionTimestamp } = object.metadata;
  if (finalizers.length === 0) {
    store.delete(path, object);
    return;
  }
  if (deletionTimestamp !== undefined) return;
  const marks = { deletionTimestamp: timestamp(nowMs), deletionGracePeriodSeconds: 0 };
  store.put(path, { ...object, metadata: { ...object.metadata, ...marks } });
}
