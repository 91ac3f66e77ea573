import type { JsonObject, KubeObject } from '../model/kube-object.js';
import type { ObjectPath } from '../model/object-reader.js';
import { apiVersionOf, storageKey } from '../model/resource-definition.js';
import type { ResourceRegistry } from '../registry/resource-registry.js';
import type { ObjectStore } from '../store/object-store.js';
import { FOREGROUND } from '../verbs/propagation.js';

/** `waiting`: it is being deleted, and waits until its dependents are. */
export type OwnerState = 'present' | 'waiting' | 'absent';

/**
 * What has become of the owner that a reference names; undefined where its kind is not served. As
 * in a cluster, it is looked for in the namespace of its dependent or in none, and one that cannot
 * own this dependent is taken to be present: nothing is collected on a guess.
 */
export function ownerState(
  { store, registry }: { readonly store: ObjectStore; readonly registry: ResourceRegistry },
  dependent: ObjectPath,
  { apiVersion, kind, name, uid }: JsonObject,
): OwnerState | undefined {
  const definition = registry
    .all()
    .find((it) => it.kind === kind && apiVersionOf(it) === apiVersion && it.verbs.includes('get'));
  if (definition === undefined || typeof name !== 'string') return undefined;
  if (definition.isNamespaced && dependent.namespace === '') return 'present';
  const namespace = definition.isNamespaced ? dependent.namespace : '';
  const owner = store.get({ resource: storageKey(definition), namespace, name });
  if (owner === undefined || owner.metadata.uid !== uid) return 'absent';
  return isWaitingForDependents(owner) ? 'waiting' : 'present';
}

/** Whether an object is in foreground deletion. */
export function isWaitingForDependents({ metadata }: KubeObject): boolean {
  const { deletionTimestamp, finalizers = [] } = metadata;
  return deletionTimestamp !== undefined && finalizers.includes(FOREGROUND);
}
