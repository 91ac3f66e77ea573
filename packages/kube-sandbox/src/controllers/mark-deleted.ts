import type { KubeObject } from '../model/kube-object.js';
import type { ObjectPath } from '../model/object-reader.js';
import type { ObjectStore } from '../store/object-store.js';
import { namespaceDeletion } from '../verbs/delete-namespace.js';
import { timestamp } from '../verbs/resource-request.js';

/**
 * Removes an object, or marks it as being deleted if it has finalizers; always marks a namespace.
 * Returns false if the object was already marked.
 */
export function markDeleted(
  store: ObjectStore,
  path: ObjectPath,
  object: KubeObject,
  nowMs: number,
): boolean {
  const { finalizers = [], deletionTimestamp } = object.metadata;
  const isNamespace = path.resource === 'namespaces';
  if (finalizers.length === 0 && !isNamespace) {
    store.delete(path, object);
    return true;
  }
  if (deletionTimestamp !== undefined) return false;
  const { marked } = isNamespace
    ? namespaceDeletion(object, {}, nowMs)
    : { marked: withDeletionMarks(object, nowMs) };
  if (marked) store.put(path, marked, 'system');
  return marked !== undefined;
}

/** Returns the object with the marks of a pending deletion. */
export function withDeletionMarks(object: KubeObject, nowMs: number): KubeObject {
  const marks = { deletionTimestamp: timestamp(nowMs), deletionGracePeriodSeconds: 0 };
  return { ...object, metadata: { ...object.metadata, ...marks } };
}
