import { nameOf } from '../model/kube-object.js';
import { type ResourceDefinition, storageKey } from '../model/resource-definition.js';
import type { ResourceRegistry } from '../registry/resource-registry.js';
import type { ObjectStore } from '../store/object-store.js';
import { BackgroundWork } from './background-work.js';
import { markDeleted } from './mark-deleted.js';

const NAMESPACES = 'namespaces';

/**
 * Empties namespaces that are being deleted and then removes them, as the namespace controller
 * does; objects with finalizers hold their namespace until those are gone.
 */
export function finishNamespaces(
  parts: {
    readonly store: ObjectStore;
    readonly registry: ResourceRegistry;
    readonly nowMs: () => number;
  },
  onFault: (error: unknown) => void,
): BackgroundWork {
  const { store, registry } = parts;
  const terminating = new Set<string>();
  const work = new BackgroundWork(() => {
    for (const namespace of store.all(NAMESPACES)) {
      const name = nameOf(namespace);
      if (namespace.metadata.deletionTimestamp === undefined) continue;
      terminating.add(name);
      const left = stored(registry.all()).filter((definition) => !empty(parts, definition, name));
      if (left.length > 0 || (namespace.metadata.finalizers ?? []).length > 0) continue;
      store.delete({ resource: NAMESPACES, namespace: '', name }, namespace);
      terminating.delete(name);
    }
  }, onFault);
  store.onChange(({ resource, namespace }) => {
    if (resource === NAMESPACES || terminating.has(namespace)) work.request();
  });
  work.request();
  return work;
}

function stored(definitions: readonly ResourceDefinition[]): readonly ResourceDefinition[] {
  return definitions.filter(({ isNamespaced, verbs }) => isNamespaced && verbs.includes('list'));
}

/** Deletes what can go; true if nothing is left of the resource. */
function empty(
  { store, nowMs }: { readonly store: ObjectStore; readonly nowMs: () => number },
  definition: ResourceDefinition,
  namespace: string,
): boolean {
  const resource = storageKey(definition);
  for (const object of store.all(resource, namespace)) {
    markDeleted(store, { resource, namespace, name: nameOf(object) }, object, nowMs());
  }
  return store.count({ resource, namespace }) === 0;
}
