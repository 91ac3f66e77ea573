import type { ResourceDefinition } from '../model/resource-definition.js';

const groups = new Set(['authentication.k8s.io', 'authorization.k8s.io']);

/** Kinds that are answered and never stored. */
export function isReview({ group }: ResourceDefinition): boolean {
  return groups.has(group);
}
