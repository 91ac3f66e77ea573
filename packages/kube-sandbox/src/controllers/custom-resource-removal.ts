import type { KubeObject } from '../model/kube-object.js';
import { storageKey } from '../model/resource-definition.js';
import { isSameJson } from '../model/same-json.js';
import { builtInDefinitions } from '../registry/built-in-resources.js';
import { kubernetesSchemas } from '../schema/schema-source.js';
import { parseObject } from '../store/object-text.js';
import type { ObjectStore } from '../store/object-store.js';
import { bounds } from '../store/sandbox-bounds.js';
import { fromPath } from '../store/storage-path.js';
import { CLEANUP, withTerminating } from '../verbs/delete-definition.js';
import { BackgroundWork } from './background-work.js';
import { deleteAll, newTurn, type Turn } from './delete-all.js';

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

const inProgress = {
  status: 'True',
  reason: 'InstanceDeletionInProgress',
  message: 'CustomResource deletion is in progress',
} as const;

interface Parts {
  readonly store: ObjectStore;
  readonly nowMs: () => number;
}

/**
 * Deletes the objects of a definition that is being deleted, then the definition. Objects with
 * finalizers block the definition until they are deleted. Objects without a definition are not
 * accessible and are removed despite finalizers. Built-in resources are not stored under a
 * definition's name.
 */
export function removeCustomResources(
  store: ObjectStore,
  onFault: (error: unknown) => void,
  nowMs: () => number = () => Date.now(),
): BackgroundWork {
  const builtIn = new Set(builtInDefinitions(kubernetesSchemas()).map(storageKey));
  const parts = { store, nowMs };
  // The name of a definition is the resource that it defines: PLURAL.GROUP.
  const concerned = new Set<string>();
  const work = new BackgroundWork(() => {
    const turn = newTurn();
    for (const resource of concerned) {
      const isCustom = !builtIn.has(resource);
      const definition = store.get({ resource: DEFINITIONS, namespace: '', name: resource });
      if (definition) finishDefinition(parts, definition, isCustom ? resource : undefined, turn);
      else if (isCustom) removeAll(store, resource, turn);
      if (turn.steps <= 0) return true;
      concerned.delete(resource);
    }
    return false;
  }, onFault);
  const follow = (name: string) => {
    concerned.add(name);
    work.request();
  };
  store.onChange(({ resource, type, name }) => {
    if (resource === DEFINITIONS) follow(name);
    else if (type === 'DELETED' && !builtIn.has(resource)) follow(resource);
  });
  for (const path of store.paths({ resource: DEFINITIONS, namespace: '' })) follow(path);
  for (const resource of store.resources()) if (!builtIn.has(resource)) follow(resource);
  return work;
}

function finishDefinition(
  parts: Parts,
  definition: KubeObject,
  resource: string | undefined,
  turn: Turn,
): void {
  const { store, nowMs } = parts;
  const { deletionTimestamp, finalizers = [], name = '' } = definition.metadata;
  if (deletionTimestamp === undefined || !finalizers.includes(CLEANUP)) return;
  const path = { resource: DEFINITIONS, namespace: '', name };
  if (resource !== undefined) deleteAll(parts, resource, '', turn);
  if (resource !== undefined && store.count({ resource, namespace: '' }) > 0) {
    const told = withTerminating(definition, inProgress, nowMs());
    if (!isSameJson(told, definition)) store.put(path, told, 'system');
    return;
  }
  const left = finalizers.filter((it) => it !== CLEANUP);
  const metadata = { ...definition.metadata, finalizers: left };
  if (left.length === 0) store.delete(path, definition);
  else store.put(path, { ...definition, metadata }, 'system');
  turn.steps -= 1;
}

/** Ignores finalizers: without a definition, no client can remove them. */
function removeAll(store: ObjectStore, resource: string, turn: Turn): void {
  const limit = bounds.controllerStepsPerTurn;
  for (const path of store.paths({ resource, namespace: '', limit })) {
    const location = fromPath(resource, path);
    const text = store.text(location);
    if (text !== undefined) store.delete(location, parseObject(text));
    turn.steps -= 1;
  }
}
