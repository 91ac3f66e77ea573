import type { KubeObject } from '../model/kube-object.js';
import type { ObjectStore } from '../store/object-store.js';
import { BackgroundWork } from './background-work.js';
import { deleteAll, newTurn, type Turn } from './delete-all.js';
import { DELETION_MARK } from './object-marks.js';

const NAMESPACES = 'namespaces';

interface Parts {
  readonly store: ObjectStore;
  readonly nowMs: () => number;
}

/**
 * Empties namespaces that are being deleted and then removes them, as the namespace controller
 * does. Objects with finalizers block their namespace until they are deleted.
 */
export function finishNamespaces(parts: Parts, onFault: (error: unknown) => void): BackgroundWork {
  const { store } = parts;
  const terminating = new Set<string>();
  const work = new BackgroundWork(() => {
    const turn = newTurn();
    for (const name of terminating) {
      if (turn.steps <= 0) return true;
      const namespace = store.get({ resource: NAMESPACES, namespace: '', name });
      if (isTerminating(namespace)) finish(parts, namespace, name, turn);
      else terminating.delete(name);
    }
    return turn.steps <= 0;
  }, onFault);
  store.onChange(({ resource, namespace, name, object }) => {
    if (resource === NAMESPACES && object.includes(DELETION_MARK)) terminating.add(name);
    if (terminating.has(resource === NAMESPACES ? name : namespace)) work.request();
  });
  for (const { path } of store.rowsWith(NAMESPACES, [DELETION_MARK])) terminating.add(path);
  if (terminating.size > 0) work.request();
  return work;
}

function isTerminating(namespace: KubeObject | undefined): namespace is KubeObject {
  return namespace?.metadata.deletionTimestamp !== undefined;
}

function finish(parts: Parts, namespace: KubeObject, name: string, turn: Turn): void {
  const { store } = parts;
  const resources = store.resources();
  for (const resource of resources) deleteAll(parts, resource, name, turn);
  const isEmpty = resources.every((resource) => store.count({ resource, namespace: name }) === 0);
  if (!isEmpty || (namespace.metadata.finalizers ?? []).length > 0) return;
  store.delete({ resource: NAMESPACES, namespace: '', name }, namespace);
}
