import type { ResourceDefinition } from '../model/resource-definition.js';

/**
 * Returns the fields that a kind of write leaves unchanged, so that the write gives them no owner:
 * the status for the resource itself, everything else for `status`.
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
