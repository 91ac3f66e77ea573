import type { JsonObject, KubeObject } from '../model/kube-object.js';

/** Returns JSON that starts with kind, apiVersion and metadata, so that lists can cut off two. */
export function serialiseObject(object: KubeObject): string {
  const { kind, apiVersion, metadata, ...others } = object;
  return JSON.stringify({ kind, apiVersion, metadata: orderedMetadata(metadata), ...others });
}

/** Parses text that this store has written. */
export function parseObject(text: string): KubeObject {
  return JSON.parse(text) as KubeObject;
}

/** Returns the text of a list item of a built-in kind, without kind and apiVersion. */
export function withoutType(text: string): string {
  return `{${text.slice(text.indexOf('"metadata":'))}`;
}

/** Orders the members that Go writes first; others keep their order. */
function orderedMetadata(metadata: KubeObject['metadata']): JsonObject {
  const { name, generateName, namespace, uid, resourceVersion, generation, ...others } = metadata;
  const { creationTimestamp, managedFields, ...rest } = others;
  const first = { name, generateName, namespace, uid, resourceVersion, generation };
  return { ...first, creationTimestamp, ...rest, managedFields };
}
