import type { ObjectPath } from '../model/object-reader.js';

/** Returns `NAMESPACE/NAME`, or `NAME` if cluster-scoped: etcd's key after the resource. */
export function pathOf({ namespace, name }: ObjectPath): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

export function locationOf({ resource, namespace, name }: ObjectPath): ObjectPath {
  return { resource, namespace, name };
}

export function fromPath(resource: string, path: string): ObjectPath {
  const slash = path.indexOf('/');
  if (slash < 0) return { resource, namespace: '', name: path };
  return { resource, namespace: path.slice(0, slash), name: path.slice(slash + 1) };
}

/** Returns exclusive bounds of the paths in one namespace or in all. Names are ASCII. */
export function namespaceRange(namespace: string): readonly [from: string, to: string] {
  // '0' follows '/' in ASCII.
  return namespace === '' ? ['', '\u{10ffff}'] : [`${namespace}/`, `${namespace}0`];
}
