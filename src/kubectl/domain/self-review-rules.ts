import type { ResourceRequest } from '../../access/access.service.js';
import type { AccessQuestion } from '../../access/domain/access-question.js';
import { customResources, virtualGroup, virtualResources } from './virtual-resources.js';

/** Kubernetes' `ResourceRule`. */
export interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Absent if the rule holds for all names. */
  readonly resourceNames?: readonly string[];
}

interface RightsOfResource {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly verbs: readonly string[];
}

const reads = ['get', 'list', 'watch'];
const allVerbs = [...reads, 'create', 'update', 'patch', 'delete', 'deletecollection'];

const listed: readonly RightsOfResource[] = [
  { group: '', resource: 'secrets', verbs: allVerbs },
  { group: '', resource: 'namespaces', verbs: reads },
  ...customResources.map(({ resource }) => ({ group: virtualGroup, resource, verbs: allVerbs })),
  ...[...customResources, ...virtualResources].flatMap(({ resource, subresources }) =>
    subresources.map((part) => ({ group: virtualGroup, resource, ...part })),
  ),
  ...virtualResources.map(({ resource, verbs }) => ({ group: virtualGroup, resource, verbs })),
];

/** Rules of the reviews that all users may request about themselves. */
const selfReviews: readonly ResourceRule[] = [
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
];

/** Rules for paths, as in Kubernetes' own `system:discovery`. */
export const nonResourceRules = [
  {
    verbs: ['get'],
    nonResourceURLs: [
      '/api',
      '/api/*',
      '/apis',
      '/apis/*',
      '/openapi',
      '/openapi/*',
      '/version',
      '/version/',
    ],
  },
] as const;

/** Returns every right in a namespace for which the gateway serves something, one by one. */
export function listedQuestions(namespace: string): readonly AccessQuestion[] {
  return listed.flatMap(({ verbs, ...what }) =>
    verbs.map((verb) => ({ ...what, verb, namespace, name: '*' })),
  );
}

/**
 * Returns rules for the existing rights, one for each resource and each set of names: as Kubernetes
 * lists rules with `resourceNames`.
 */
export function resourceRules(rights: readonly ResourceRequest[]): readonly ResourceRule[] {
  const rules = new Map<string, { rule: ResourceRule; verbs: string[] }>();
  for (const { verb, names, ...what } of rightsByVerb(rights)) {
    const { group, resource } = what;
    const key = JSON.stringify([group, resource, names]);
    const verbs = rules.get(key)?.verbs ?? [];
    verbs.push(verb);
    const named = names.length === 0 ? {} : { resourceNames: names };
    const rule = { verbs, apiGroups: [group], resources: [resource], ...named };
    rules.set(key, { rule, verbs });
  }
  return [...selfReviews, ...[...rules.values()].map(({ rule }) => rule)];
}

interface RightsOfVerb {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** Empty if the right holds for all. */
  readonly names: readonly string[];
}

function rightsByVerb(rights: readonly ResourceRequest[]): readonly RightsOfVerb[] {
  const found = new Map<string, RightsOfVerb & { readonly names: string[] }>();
  for (const { verb, group, resource: whole, subresource, name } of rights) {
    const resource = subresource === undefined ? whole : `${whole}/${subresource}`;
    const key = JSON.stringify([verb, group, resource]);
    const right = found.get(key) ?? { verb, group, resource, names: [] };
    if (name !== '') right.names.push(name);
    found.set(key, right);
  }
  return [...found.values()];
}
