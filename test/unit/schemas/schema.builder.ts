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

/** A LocalSecretSchema of a namespace, which is as old as `createdMs`. */
export function aLocalSchema(namespace: string, name: string, spec: object, createdMs = 0) {
  return { ...aSchema(name, spec), namespace, uid: `uid-${namespace}-${name}`, createdMs };
}
