import { readObject, readText } from '../authn/typed-member.js';
import type { RuleResolver } from '../authz/rbac-authorizer.js';
import { badRequest } from '../model/api-status.js';
import type { PolicyRule, UserInfo } from '../model/identity.js';
import type { JsonObject, KubeObject } from '../model/kube-object.js';

const PLACE = {
  kind: 'SelfSubjectRulesReview',
  within: 'SelfSubjectRulesReviewSpec',
  path: 'spec.namespace',
};

/**
 * Evaluates a SelfSubjectRulesReview: every rule that applies to its caller in `spec.namespace`.
 * Throws 400 without a namespace.
 * https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-rules-review-v1/
 */
export function reviewRules(
  object: KubeObject,
  user: UserInfo,
  resolver: RuleResolver,
): KubeObject {
  const spec = readObject(
    object['spec'],
    { ...PLACE, path: 'spec' },
    'v1.SelfSubjectRulesReviewSpec',
  );
  const namespace = readText(spec?.['namespace'], PLACE);
  if (namespace === '') throw badRequest('no namespace on request');
  const { rules, error } = resolver.resolve(user, namespace);
  const resourceRules = rules.filter(({ resources }) => resources !== undefined);
  const nonResourceRules = rules.filter(({ nonResourceURLs }) => nonResourceURLs !== undefined);
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: {},
    status: {
      resourceRules: resourceRules.map(asResourceRule),
      nonResourceRules: nonResourceRules.map(asNonResourceRule),
      incomplete: false,
      ...(error && { evaluationError: error }),
    },
  };
}

function asResourceRule({ verbs, apiGroups, resources, resourceNames }: PolicyRule): JsonObject {
  return {
    verbs: [...verbs],
    ...(apiGroups && { apiGroups: [...apiGroups] }),
    ...(resources && { resources: [...resources] }),
    ...(resourceNames && { resourceNames: [...resourceNames] }),
  };
}

function asNonResourceRule({ verbs, nonResourceURLs = [] }: PolicyRule): JsonObject {
  return { verbs: [...verbs], nonResourceURLs: [...nonResourceURLs] };
}
