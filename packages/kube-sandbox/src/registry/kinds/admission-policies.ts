import type { Json, JsonObject, KubeObject } from '../../model/kube-object.js';
import { isJsonObject } from '../../model/kube-object.js';
import type { Strategy } from '../../model/resource-definition.js';
import { objectAt, objectsAt } from '../../table/columns/object-fields.js';
import { keepStatus } from './workloads.js';

/** Differences of admission policies from an API server, for the documentation. */
export const admissionPolicyDifferences: readonly string[] = [
  'admission policies are stored and never evaluated',
  'what the policies for SecretRotations, SecretShares, SecretImports and SecretSyncs say is done by the sandbox, also where they are not stored',
  'expressions are not compiled, and no rule of their kinds is checked beyond the structure',
];

/**
 * Strategy of validating policies, which are stored with the API server's defaults.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export const validatingPolicyStrategy: Strategy = {
  countsGeneration: true,
  requiresRevision: true,
  prepareForCreate: (policy) => {
    defaultPolicy(policy);
    policy['status'] = {};
  },
  prepareForUpdate: (policy, old) => {
    defaultPolicy(policy);
    keepStatus(policy, old);
  },
};

/** Strategy of mutating policies, which have no status. */
export const mutatingPolicyStrategy: Strategy = {
  countsGeneration: true,
  requiresRevision: true,
  prepareForCreate: defaultPolicy,
  prepareForUpdate: defaultPolicy,
};

/** Strategy of the bindings of both kinds. */
export const policyBindingStrategy: Strategy = {
  countsGeneration: true,
  requiresRevision: true,
  prepareForCreate: defaultBinding,
  prepareForUpdate: defaultBinding,
};

function defaultPolicy(policy: KubeObject): void {
  const spec = objectAt(policy, 'spec');
  if (spec === undefined) return;
  spec['failurePolicy'] ??= 'Fail';
  defaultMatch(spec['matchConstraints']);
}

function defaultBinding(binding: KubeObject): void {
  defaultMatch(objectAt(binding, 'spec')?.['matchResources']);
}

function defaultMatch(match: Json | undefined): void {
  if (!isJsonObject(match)) return;
  match['matchPolicy'] ??= 'Equivalent';
  match['namespaceSelector'] ??= {};
  match['objectSelector'] ??= {};
  const rules: readonly JsonObject[] = [
    ...objectsAt(match, 'resourceRules'),
    ...objectsAt(match, 'excludeResourceRules'),
  ];
  for (const rule of rules) rule['scope'] ??= '*';
}
