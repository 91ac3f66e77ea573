import type { CustomResource } from '../../../src/custom-resources/domain/custom-resource.js';

/** A SecretSchema of the cluster. */
export function aSchema(name: string, spec: object, generation = 1): CustomResource {
  return {
    namespace: '',
    name,
    uid: `uid-${name}`,
    resourceVersion: String(generation),
    generation,
    createdMs: 0,
    annotations: {},
    spec: { appliesTo: { label: name }, mode: 'enforce', ...spec },
    status: {},
    isBeingDeleted: false,
  };
}
