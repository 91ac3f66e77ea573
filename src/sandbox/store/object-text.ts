import type { JsonObject, KubeObject } from '../model/kube-object.js';

/** JSON with kind, apiVersion and metadata in front, so that lists can cut the first two off. */
export function serialiseObject(object: KubeObject): string {
  const { kind, apiVersion, metadata, ...others } = object;
  return JSON.stringify({ kind, apiVersion, metadata: orderedMetadata(metadata), ...others });
}

/** Text that this store has written. */
export function parseObject(text: string): KubeObject {
  return JSON.parse(text) as KubeObject;
}

/** As an item of a list of a built-in kind: those carry neither kind nor apiVersion. */
export function withoutType(text: string): string {
  return `{${text.slice(text.indexOf('"metadata":'))}`;
}

/** The members that Go writes first; others follow in the order in which they were given. */
function orderedMetadata(metadata: KubeObject['metadata']): JsonObject {
  const { name, generateName, namespace, uid, resourceVersion, generation, ...others } = metadata;
  const { creationTimestamp, managedFields, ...rest } = others;
  const first = { name, generateName, namespace, uid, resourceVersion, generation };
  return { ...first, creationTimestamp, ...rest, managedFields };
}
