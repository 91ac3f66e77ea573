import type { ResourceDefinition } from '../model/resource-definition.js';
import type { ObjectPath } from '../model/object-reader.js';
import { pathOf } from '../store/storage-path.js';

const ownGroups: ReadonlySet<string> = new Set(['apiextensions.k8s.io']);

/** Returns an object's etcd key for conflict errors; most built-in kinds have no group in it. */
export function registryKey(definition: ResourceDefinition, path: ObjectPath): string {
  const { group, resource, isCustom } = definition;
  const isGrouped = isCustom || ownGroups.has(group);
  return `/registry/${isGrouped ? `${group}/` : ''}${resource}/${pathOf(path)}`;
}
