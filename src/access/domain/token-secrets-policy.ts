import { coversAllWrites } from './admission-coverage.js';

/** Name of the policy that refuses Secrets which are credentials, and of its binding. */
export const TOKEN_SECRETS_POLICY = 'sallyport-token-secrets';

type Json = Readonly<Record<string, unknown>>;

const conditions: readonly string[] = ['no-master', 'credential'];
const validationsMin = 5;
const remedy = 'apply deploy/rbac/policies/credentials';

/** Objects under these names at the API server; undefined if absent. */
export interface StoredPolicy {
  readonly policy: Json | undefined;
  readonly binding: Json | undefined;
}

/**
 * Returns why a stolen token of the gateway could create credentials. Undefined if the policy is in
 * force as shipped: for all Secrets, without a parameter, and refusing what it cannot check.
 */
export function tokenSecretsProblem({ policy, binding }: StoredPolicy): string | undefined {
  const name = `ValidatingAdmissionPolicy ${TOKEN_SECRETS_POLICY}`;
  if (policy === undefined) return `${name} is not there: ${remedy}`;
  if (binding === undefined) return `${name} is not bound: ${remedy}`;
  if (!isWhole(recordOf(policy['spec']))) return `${name} is not as it is shipped: ${remedy}`;
  if (!isBound(recordOf(binding['spec']))) return `the binding of ${name} does not deny: ${remedy}`;
  return undefined;
}

function isWhole(spec: Json): boolean {
  const names = listOf(spec['matchConditions']).map((one) => recordOf(one)['name']);
  return (
    spec['failurePolicy'] === 'Fail' &&
    spec['paramKind'] === undefined &&
    names.length === conditions.length &&
    conditions.every((name) => names.includes(name)) &&
    listOf(spec['validations']).length >= validationsMin &&
    coversAllWrites(recordOf(spec['matchConstraints']), {
      group: '',
      version: 'v1',
      resource: 'secrets',
    })
  );
}

function isBound(spec: Json): boolean {
  return (
    spec['policyName'] === TOKEN_SECRETS_POLICY &&
    spec['paramRef'] === undefined &&
    spec['matchResources'] === undefined &&
    listOf(spec['validationActions']).includes('Deny')
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function recordOf(value: unknown): Json {
  return value !== null && typeof value === 'object' ? (value as Json) : {};
}
