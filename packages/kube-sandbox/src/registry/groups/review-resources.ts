import type { BuiltInResource } from '../built-in-resource.js';

const authentication = 'authentication.k8s.io';
const authorization = 'authorization.k8s.io';

/** Reviews, which are evaluated and not stored. */
export const reviewResources: readonly BuiltInResource[] = [
  review(authentication, 'SelfSubjectReview'),
  review(authentication, 'TokenReview'),
  { ...review(authorization, 'LocalSubjectAccessReview'), isNamespaced: true },
  review(authorization, 'SelfSubjectAccessReview'),
  review(authorization, 'SelfSubjectRulesReview'),
  review(authorization, 'SubjectAccessReview'),
];

function review(group: string, kind: string): BuiltInResource {
  return {
    group,
    kind,
    resource: `${kind.toLowerCase()}s`,
    isNamespaced: false,
    verbs: ['create'],
    columns: [],
    strategy: {},
  };
}
