import { isJsonObject, nameOf } from '../model/kube-object.js';
import { parseObject } from '../store/object-text.js';
import type { ObjectStore } from '../store/object-store.js';
import { fromPath } from '../store/storage-path.js';
import { BackgroundWork } from './background-work.js';

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

/** The objects of a custom resource go with its definition. */
export function removeCustomResources(
  store: ObjectStore,
  onFault: (error: unknown) => void,
): BackgroundWork {
  const gone = new Set<string>();
  const work = new BackgroundWork(() => {
    for (const resource of gone) {
      gone.delete(resource);
      for (const { path, text } of store.list({ resource, namespace: '' })) {
        store.delete(fromPath(resource, path), parseObject(text));
      }
    }
  }, onFault);
  store.onChange(({ resource, type, object }) => {
    if (resource !== DEFINITIONS || type !== 'DELETED') return;
    const definition = parseObject(object);
    // A definition is named after the resource that it defines: PLURAL.GROUP.
    if (isJsonObject(definition['spec'])) gone.add(nameOf(definition));
    work.request();
  });
  return work;
}
