import type { KubeObject } from '../model/kube-object.js';
import type { Change, ObjectPath } from '../model/object-reader.js';
import { storageKey } from '../model/resource-definition.js';
import type { ResourceRegistry } from '../registry/resource-registry.js';
import { parseObject } from '../store/object-text.js';
import type { ObjectStore } from '../store/object-store.js';
import { fromPath } from '../store/storage-path.js';
import { FOREGROUND, ORPHAN } from '../verbs/propagation.js';
import { BackgroundWork } from './background-work.js';
import { markDeleted } from './mark-deleted.js';
import { OwnerIndex } from './owner-index.js';

interface Parts {
  readonly store: ObjectStore;
  readonly registry: ResourceRegistry;
  readonly nowMs: () => number;
}

/**
 * Deletes what owned by an object that is gone, and carries out foreground and orphan deletion.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export function collectGarbage(parts: Parts, onFault: (error: unknown) => void): BackgroundWork {
  const { store } = parts;
  const owners = new OwnerIndex();
  const gone = new Set<string>();
  const held = new Map<string, ObjectPath>();
  const work = new BackgroundWork(() => {
    for (const uid of gone) {
      gone.delete(uid);
      for (const path of owners.dependentsOf(uid)) releaseOrDelete(parts, path, uid);
    }
    for (const [uid, path] of held) finishDeletion(parts, owners, path, uid);
  }, onFault);
  const follow = (change: Change) => {
    owners.follow(change);
    const { metadata } = parseObject(change.object);
    const uid = metadata.uid ?? '';
    if (change.type === 'DELETED') gone.add(uid);
    const isHeld = change.type !== 'DELETED' && isWaiting(metadata);
    if (isHeld) held.set(uid, change);
    else held.delete(uid);
    if (gone.size > 0 || held.size > 0) work.request();
  };
  for (const change of storedObjects(parts)) follow(change);
  store.onChange((change) => {
    if (concerns(change)) follow(change);
  });
  return work;
}

/** Everything else can be told from the text to have no owners and no end in sight. */
function concerns({ type, object, previous }: Change): boolean {
  if (type === 'DELETED') return true;
  const marks = ['"ownerReferences":[', '"deletionTimestamp":'];
  return marks.some((mark) => object.includes(mark) || previous?.includes(mark) === true);
}

function* storedObjects({ store, registry }: Parts): Generator<Change> {
  for (const definition of registry.all()) {
    if (!definition.verbs.includes('list')) continue;
    const resource = storageKey(definition);
    for (const { path, text, revision } of store.list({ resource, namespace: '' })) {
      const change: Change = {
        ...fromPath(resource, path),
        type: 'ADDED',
        object: text,
        previous: undefined,
        revision,
      };
      if (concerns(change)) yield change;
    }
  }
}

function isWaiting({ deletionTimestamp, finalizers = [] }: KubeObject['metadata']): boolean {
  return (
    deletionTimestamp !== undefined &&
    (finalizers.includes(FOREGROUND) || finalizers.includes(ORPHAN))
  );
}

/** A dependent goes with the last of its owners. */
function releaseOrDelete({ store, nowMs }: Parts, path: ObjectPath, uid: string): void {
  const object = store.get(path);
  if (object === undefined) return;
  const others = (object.metadata.ownerReferences ?? []).filter((owner) => owner['uid'] !== uid);
  if (others.length > 0) {
    store.put(path, { ...object, metadata: { ...object.metadata, ownerReferences: others } });
  } else markDeleted(store, path, object, nowMs());
}

function finishDeletion(parts: Parts, owners: OwnerIndex, path: ObjectPath, uid: string): void {
  const { store, nowMs } = parts;
  const owner = store.get(path);
  if (owner === undefined) return;
  const finalizers = owner.metadata.finalizers ?? [];
  const dependents = owners.dependentsOf(uid);
  if (finalizers.includes(ORPHAN)) {
    for (const dependent of dependents) disown(store, dependent, uid);
  } else {
    for (const dependent of dependents) {
      const object = store.get(dependent);
      if (object) markDeleted(store, dependent, object, nowMs());
    }
    if (owners.dependentsOf(uid).length > 0) return;
  }
  const left = finalizers.filter((name) => name !== FOREGROUND && name !== ORPHAN);
  const next = { ...owner, metadata: { ...owner.metadata, finalizers: left } };
  // A namespace has to be emptied first, which is up to others.
  if (left.length === 0 && path.resource !== 'namespaces') store.delete(path, owner);
  else store.put(path, next);
}

function disown(store: ObjectStore, path: ObjectPath, uid: string): void {
  const object = store.get(path);
  if (object === undefined) return;
  const { ownerReferences = [], ...metadata } = object.metadata;
  const others = ownerReferences.filter((owner) => owner['uid'] !== uid);
  const kept = others.length === 0 ? metadata : { ...metadata, ownerReferences: others };
  store.put(path, { ...object, metadata: kept });
}
