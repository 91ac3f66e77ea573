import type { JsonObject } from '../model/kube-object.js';
import type { ResourceDefinition } from '../model/resource-definition.js';
import { resourcesOf, servedGroups, type ServedGroup } from './group-order.js';
import { subresourceKinds, verbsOf } from './served-verbs.js';

type Definitions = readonly ResourceDefinition[];

export const aggregatedContentType =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** For built-in kinds, an empty group and version means the group and version of the entry. */
function responseKind(
  owner: ResourceDefinition,
  kind: { readonly group: string; readonly version: string; readonly kind: string },
): JsonObject {
  const isOwn = kind.group === owner.group && kind.version === owner.version;
  const { group, version } = isOwn && !owner.isCustom ? { group: '', version: '' } : kind;
  return { group, version, kind: kind.kind };
}

function resourceEntry(definition: ResourceDefinition): JsonObject {
  const { shortNames, categories } = definition;
  const subresources = subresourceKinds(definition).map((kind) => ({
    subresource: kind.subresource,
    responseKind: responseKind(definition, kind),
    verbs: [...kind.verbs],
  }));
  return {
    resource: definition.resource,
    responseKind: responseKind(definition, definition),
    scope: definition.isNamespaced ? 'Namespaced' : 'Cluster',
    singularResource: definition.singular,
    verbs: verbsOf(definition),
    ...(shortNames.length === 0 ? {} : { shortNames: [...shortNames] }),
    ...(categories.length === 0 ? {} : { categories: [...categories] }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

function groupEntry(definitions: Definitions, { name, versions }: ServedGroup): JsonObject {
  return {
    metadata: name === '' ? {} : { name },
    versions: versions.map((version) => ({
      version,
      resources: resourcesOf(definitions, name, version).map(resourceEntry),
      freshness: 'Current',
    })),
  };
}

/**
 * Returns all discovery below `/api` or `/apis` as one document.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#aggregated-discovery
 */
export function aggregatedDiscovery(definitions: Definitions, root: 'api' | 'apis'): JsonObject {
  const groups = servedGroups(definitions).filter(({ name }) => (name === '') === (root === 'api'));
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => groupEntry(definitions, group)),
  };
}
