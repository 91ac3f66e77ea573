import type { Json, JsonObject } from '../model/kube-object.js';
import { apiVersionOf, type ResourceDefinition } from '../model/resource-definition.js';
import { resourcesOf, servedGroups, type ServedGroup } from './group-order.js';
import { subresourceKinds, verbsOf } from './served-verbs.js';

type Definitions = readonly ResourceDefinition[];

function versionEntry(group: string, version: string): JsonObject {
  return { groupVersion: apiVersionOf({ group, version }), version };
}

function groupEntry({ name, versions }: ServedGroup): JsonObject {
  const entries = versions.map((version) => versionEntry(name, version));
  return { name, versions: entries, preferredVersion: entries[0] };
}

/**
 * Returns the body of `/api`. `serverAddress`: host and port.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#unaggregated-discovery
 */
export function apiVersions(definitions: Definitions, serverAddress: string): JsonObject {
  const core = servedGroups(definitions).find(({ name }) => name === '');
  return {
    kind: 'APIVersions',
    versions: [...(core?.versions ?? [])],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** Returns the body of `/apis`. */
export function apiGroupList(definitions: Definitions): JsonObject {
  const named = servedGroups(definitions).filter(({ name }) => name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(groupEntry) };
}

/** Returns the body of `/apis/GROUP`, or undefined if the group is not served. */
export function apiGroup(definitions: Definitions, group: string): JsonObject | undefined {
  const found = servedGroups(definitions).find(({ name }) => name !== '' && name === group);
  return found && { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(found) };
}

function resourceEntry(definition: ResourceDefinition): JsonObject {
  const { resource, singular, isNamespaced, kind, shortNames, categories } = definition;
  return {
    name: resource,
    singularName: singular,
    namespaced: isNamespaced,
    kind,
    verbs: verbsOf(definition),
    ...(shortNames.length === 0 ? {} : { shortNames: [...shortNames] }),
    ...(categories.length === 0 ? {} : { categories: [...categories] }),
  };
}

/**
 * An entry has a group and version only if they differ from the group and version of the resource.
 */
function subresourceEntries(definition: ResourceDefinition): JsonObject[] {
  return subresourceKinds(definition).map(({ subresource, group, version, kind, verbs }) => ({
    name: `${definition.resource}/${subresource}`,
    singularName: '',
    namespaced: definition.isNamespaced,
    ...(group === definition.group ? {} : { group, version }),
    kind,
    verbs: [...verbs],
  }));
}

/**
 * Returns the body of `/api/v1` (group empty) or `/apis/GROUP/VERSION`; undefined if not served.
 */
export function apiResourceList(
  definitions: Definitions,
  group: string,
  version: string,
): JsonObject | undefined {
  const found = resourcesOf(definitions, group, version);
  if (found.length === 0) return undefined;
  const resources: Json[] = found.flatMap((definition) => [
    resourceEntry(definition),
    ...subresourceEntries(definition),
  ]);
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf({ group, version }),
    resources,
  };
}
