import type { ResourceDefinition } from '../model/resource-definition.js';

/**
 * The fields that a way of writing leaves as they are, so that it makes nobody their owner: the
 * status on the resource itself, and everything else on `status`.
 */
export function resetFieldsOf(
  definition: Pick<ResourceDefinition, 'group' | 'resource' | 'subresources' | 'isCustom'>,
  subresource: string,
): readonly (readonly string[])[] {
  const { group, resource, subresources, isCustom } = definition;
  if (!subresources.includes('status')) return [];
  if (subresource !== 'status') return [['status']];
  if (isCustom || resource === 'validatingadmissionpolicies') return [['metadata'], ['spec']];
  if (group === 'apps' && resource === 'deployments') return [['spec'], ['metadata', 'labels']];
  if (resource === 'pods') {
    return [['spec'], ['metadata', 'deletionTimestamp'], ['metadata', 'ownerReferences']];
  }
  return [['spec']];
}
