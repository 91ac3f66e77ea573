import type { Decision } from '../../access/access.service.js';
import type { AccessQuestion } from '../../access/domain/access-question.js';
import { rotationRuns, virtualGroup, virtualResources } from './virtual-resources.js';

/** Kubernetes' `ResourceRule`. */
export interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
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
  { group: virtualGroup, resource: rotationRuns.resource, verbs: allVerbs },
  ...[rotationRuns, ...virtualResources].flatMap(({ resource, subresources }) =>
    subresources.map((part) => ({ group: virtualGroup, resource, ...part })),
  ),
  ...virtualResources.map(({ resource, verbs }) => ({ group: virtualGroup, resource, verbs })),
];

/** What everybody may ask about himself. */
const selfReviews: readonly ResourceRule[] = [
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
];

/** Of paths, as Kubernetes' own `system:discovery` has them. */
export const nonResourceRules = [
  {
    verbs: ['get'],
    nonResourceURLs: [
      ...['/api', '/api/*', '/apis', '/apis/*'],
      ...['/openapi', '/openapi/*', '/version', '/version/'],
    ],
  },
] as const;

/** Every right in a namespace that the gateway serves something for, one by one. */
export function listedQuestions(namespace: string): readonly AccessQuestion[] {
  return listed.flatMap(({ verbs, ...what }) =>
    verbs.map((verb) => ({ ...what, verb, namespace, name: '*' })),
  );
}

/** Those that are there, together for each resource; `decisions` are in the order of questions. */
export function resourceRules(
  questions: readonly AccessQuestion[],
  decisions: readonly Decision[],
): readonly ResourceRule[] {
  const rules = new Map<string, { verbs: string[]; group: string; resource: string }>();
  for (const [index, { verb, group = '', ...what }] of questions.entries()) {
    if (decisions[index]?.allowed !== true) continue;
    const { subresource } = what;
    const resource = subresource === undefined ? what.resource : `${what.resource}/${subresource}`;
    const rule = rules.get(`${group}/${resource}`) ?? { verbs: [], group, resource };
    rule.verbs.push(verb);
    rules.set(`${group}/${resource}`, rule);
  }
  const found = [...rules.values()].map(({ verbs, group, resource }) => {
    return { verbs, apiGroups: [group], resources: [resource] };
  });
  return [...selfReviews, ...found];
}
