import type { ResourceDefinition, Subresource } from '../model/resource-definition.js';

/** The API server registers custom resources separately, with another order of verbs. */
const customOrder: readonly string[] = [
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'create',
  'update',
  'watch',
];
const subresourceOrder: readonly Subresource[] = ['status', 'scale', 'token'];

/** Returns the verbs of a resource in the API server's order. */
export function verbsOf({ verbs, isCustom }: ResourceDefinition): string[] {
  if (!isCustom) return verbs.toSorted();
  return verbs.toSorted((a, b) => customOrder.indexOf(a) - customOrder.indexOf(b));
}

export interface SubresourceKind {
  readonly subresource: Subresource;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

function kindOf(definition: ResourceDefinition, subresource: Subresource): SubresourceKind {
  const { group, version, kind } = definition;
  const verbs = ['get', 'patch', 'update'];
  switch (subresource) {
    case 'status':
      return { subresource, group, version, kind, verbs };
    case 'scale':
      return { subresource, group: 'autoscaling', version: 'v1', kind: 'Scale', verbs };
    case 'token':
      return {
        subresource,
        group: 'authentication.k8s.io',
        version: 'v1',
        kind: 'TokenRequest',
        verbs: ['create'],
      };
  }
}

/** Returns the kind of each subresource, in the API server's order. */
export function subresourceKinds(definition: ResourceDefinition): readonly SubresourceKind[] {
  const { subresources, isCustom } = definition;
  const sorted = isCustom
    ? subresources.toSorted((a, b) => subresourceOrder.indexOf(a) - subresourceOrder.indexOf(b))
    : subresources.toSorted();
  return sorted.map((subresource) => kindOf(definition, subresource));
}
