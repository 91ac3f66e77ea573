import type { ResourceDefinition } from '../model/resource-definition.js';

const groups = new Set(['authentication.k8s.io', 'authorization.k8s.io']);

/** Reports whether the kind is a review, which is evaluated and never stored. */
export function isReview({ group }: ResourceDefinition): boolean {
  return groups.has(group);
}
