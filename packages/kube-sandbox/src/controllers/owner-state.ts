import type { JsonObject, KubeObject } from '../model/kube-object.js';
import type { ObjectPath } from '../model/object-reader.js';
import { apiVersionOf, storageKey } from '../model/resource-definition.js';
import type { ResourceRegistry } from '../registry/resource-registry.js';
import type { ObjectStore } from '../store/object-store.js';
import { FOREGROUND } from '../verbs/propagation.js';

/** `waiting`: the owner is being deleted and waits for the deletion of its dependents. */
export type OwnerState = 'present' | 'waiting' | 'absent';

/**
 * Returns the state of the owner in a reference; undefined if the owner's kind is not served. As in
 * a cluster, the lookup uses the dependent's namespace or no namespace. An owner that cannot own
 * this dependent counts as present: the collector never deletes on a guess.
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

/** Reports whether an object is in foreground deletion. */
export function isWaitingForDependents({ metadata }: KubeObject): boolean {
  const { deletionTimestamp, finalizers = [] } = metadata;
  return deletionTimestamp !== undefined && finalizers.includes(FOREGROUND);
}
