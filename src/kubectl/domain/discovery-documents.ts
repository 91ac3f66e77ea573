import { z } from 'zod';
import {
  type CustomResource,
  customResources,
  virtualGroup,
  virtualResources,
  virtualVersion,
  type VirtualResource,
} from './virtual-resources.js';

const text = z.string();
const groupVersion = z.looseObject({ groupVersion: text, version: text });
const group = z.looseObject({ name: text, versions: z.array(groupVersion) });
const resources = z.array(z.looseObject({ name: text }));
const discoveredResource = z.looseObject({
  resource: text,
  subresources: z.array(z.looseObject({ subresource: text })).optional(),
});
const discoveredVersion = z.looseObject({
  version: text,
  resources: z.array(discoveredResource).optional(),
});
const discoveredGroup = z.looseObject({
  metadata: z.looseObject({ name: text.optional() }),
  versions: z.array(discoveredVersion).optional(),
});

const groupList = z.looseObject({ kind: z.literal('APIGroupList'), groups: z.array(group) });
const oneGroup = group.extend({ kind: z.literal('APIGroup') });
const resourceList = z.looseObject({
  kind: z.literal('APIResourceList'),
  // Go encodes an uninitialized empty list as null.
  resources: resources.nullable(),
});
const discoveryList = z.looseObject({
  kind: z.literal('APIGroupDiscoveryList'),
  items: z.array(discoveredGroup),
});
/** https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3 */
const descriptionIndex = z.looseObject({ paths: z.record(text, z.unknown()) });
const discovery = z.discriminatedUnion('kind', [groupList, oneGroup, resourceList, discoveryList]);

type Group = z.output<typeof group>;
type DiscoveredGroup = z.output<typeof discoveredGroup>;
type DiscoveredVersion = z.output<typeof discoveredVersion>;
type DiscoveredResource = z.output<typeof discoveredResource>;

const virtualGroupVersion = {
  groupVersion: `${virtualGroup}/${virtualVersion}`,
  version: virtualVersion,
};

/** Content of `/apis/sallyport.dev` if the cluster has none. */
export const emptyGroup = { kind: 'APIGroup', apiVersion: 'v1', name: virtualGroup, versions: [] };

/** Content of the version below `/apis/sallyport.dev` if the cluster has none. */
export const emptyResourceList = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: virtualGroupVersion.groupVersion,
  resources: [],
};

/**
 * Adds the virtual resources to a discovery document in any of its forms. A resource that the
 * cluster serves under such a name stays. Undefined for an invalid document.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 */
export function withVirtualResources(document: unknown): object | undefined {
  const { data } = discovery.safeParse(document);
  if (data === undefined) return undefined;
  switch (data.kind) {
    case 'APIGroupList':
      return { ...data, groups: withGroup(data.groups) };
    case 'APIGroup':
      return withVersion(data);
    case 'APIResourceList':
      return { ...data, resources: withResources(data.resources ?? []) };
    case 'APIGroupDiscoveryList':
      return { ...data, items: withDiscoveredGroup(data.items) };
  }
}

/**
 * Reports whether a list of groups has a group of this name, with the version if one is named;
 * undefined for an invalid list.
 */
export function listsGroup(document: unknown, name: string, version?: string): boolean | undefined {
  const { groups } = groupList.safeParse(document).data ?? {};
  const group = groups?.find((one) => one.name === name);
  if (group === undefined || version === undefined) return groups && group !== undefined;
  return group.versions.some((one) => one.version === version);
}

/** Reports whether an OpenAPI v3 index lists this path; undefined for an invalid index. */
export function listsDescription(document: unknown, path: string): boolean | undefined {
  const { paths } = descriptionIndex.safeParse(document).data ?? {};
  return paths && Object.hasOwn(paths, path);
}

function withGroup(groups: readonly Group[]): readonly Group[] {
  const own = groups.find(({ name }) => name === virtualGroup);
  if (own === undefined) return [...groups, withVersion({ name: virtualGroup, versions: [] })];
  return groups.map((one) => (one === own ? withVersion(own) : one));
}

function withVersion(one: Group): Group {
  if (one.versions.some(({ version }) => version === virtualVersion)) return one;
  const versions = [...one.versions, virtualGroupVersion];
  return { ...one, versions, preferredVersion: one['preferredVersion'] ?? virtualGroupVersion };
}

function withResources(served: z.output<typeof resources>): readonly object[] {
  const names = new Set(served.map(({ name }) => name));
  const absent = virtualResources.filter(({ resource }) => !names.has(resource));
  const parts = customResources
    .filter(({ resource }) => names.has(resource))
    .flatMap(subresourceEntries);
  return [
    ...served,
    ...parts.filter(({ name }) => !names.has(name)),
    ...absent.flatMap((resource) => [resourceEntry(resource), ...subresourceEntries(resource)]),
  ];
}

function resourceEntry({ resource, singular, kind, verbs }: VirtualResource) {
  return { name: resource, singularName: singular, namespaced: true, kind, verbs };
}

function subresourceEntries({ resource, kind, subresources }: CustomResource) {
  return subresources.map(({ subresource, verbs }) => {
    return { name: `${resource}/${subresource}`, singularName: '', namespaced: true, kind, verbs };
  });
}

function withDiscoveredGroup(groups: readonly DiscoveredGroup[]): readonly DiscoveredGroup[] {
  const own = groups.find(({ metadata }) => metadata.name === virtualGroup);
  const added = { metadata: { name: virtualGroup } };
  if (own === undefined) return [...groups, withDiscoveredVersion(added)];
  return groups.map((one) => (one === own ? withDiscoveredVersion(own) : one));
}

function withDiscoveredVersion(one: DiscoveredGroup): DiscoveredGroup {
  const { versions = [] } = one;
  const own = versions.find(({ version }) => version === virtualVersion);
  if (own === undefined) {
    const added = withDiscoveredResources({ version: virtualVersion });
    return { ...one, versions: [...versions, { ...added, freshness: 'Current' }] };
  }
  const completed = versions.map((version) =>
    version === own ? withDiscoveredResources(own) : version,
  );
  return { ...one, versions: completed };
}

function withDiscoveredResources(version: DiscoveredVersion): DiscoveredVersion {
  const served = version.resources ?? [];
  const names = new Set(served.map(({ resource }) => resource));
  const absent = virtualResources.filter(({ resource }) => !names.has(resource));
  return { ...version, resources: [...served.map(withParts), ...absent.map(discoveredEntry)] };
}

function withParts(served: DiscoveredResource): DiscoveredResource {
  const custom = customResources.find(({ resource }) => resource === served.resource);
  if (custom === undefined || custom.subresources.length === 0) return served;
  const { subresources = [] } = served;
  const names = new Set(subresources.map(({ subresource }) => subresource));
  const added = discoveredParts(custom).filter(({ subresource }) => !names.has(subresource));
  return { ...served, subresources: [...subresources, ...added] };
}

function discoveredEntry(resource: VirtualResource): DiscoveredResource {
  return {
    resource: resource.resource,
    responseKind: responseKind(resource.kind),
    scope: 'Namespaced',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(resource.subresources.length > 0 && { subresources: discoveredParts(resource) }),
  };
}

function discoveredParts({ kind, subresources }: CustomResource) {
  return subresources.map(({ subresource, verbs }) => {
    return { subresource, responseKind: responseKind(kind), verbs };
  });
}

function responseKind(kind: string) {
  return { group: virtualGroup, version: virtualVersion, kind };
}
