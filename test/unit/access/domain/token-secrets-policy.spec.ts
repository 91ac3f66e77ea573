import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  TOKEN_SECRETS_POLICY,
  tokenSecretsProblem,
} from '../../../../src/access/domain/token-secrets-policy.js';

type Json = Readonly<Record<string, unknown>>;

const text = readFileSync('deploy/rbac/policies/credentials/token-secrets.yaml', 'utf8');
const shipped = parseAllDocuments(text).map((one) => one.toJS() as Json);
const [policy, binding] = shipped as [Json, Json];
const changed = (object: Json, change: Json): Json => ({
  ...object,
  spec: { ...(object['spec'] as Json), ...change },
});

describe('the policy that refuses token Secrets', () => {
  it('is in force as it is shipped, under the name that is asked for', () => {
    for (const { metadata } of shipped) {
      expect((metadata as Json)['name']).toBe(TOKEN_SECRETS_POLICY);
    }
    expect(tokenSecretsProblem({ policy, binding })).toBeUndefined();
  });

  it('is missed, and so is its binding', () => {
    const remedy = /: apply deploy\/rbac\/policies\/credentials$/;
    const none = tokenSecretsProblem({ policy: undefined, binding });
    expect(none).toContain('is not there');
    expect(none).toMatch(remedy);
    expect(tokenSecretsProblem({ policy, binding: undefined })).toContain('is not bound');
  });

  it.each<[string, Json]>([
    ['lets through what it cannot judge', { failurePolicy: 'Ignore' }],
    ['depends on parameters', { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }],
    ['has no conditions', { matchConditions: [] }],
    [
      'has a condition more',
      {
        matchConditions: ['no-master', 'credential', 'never'].map((name) => {
          return { name, expression: 'false' };
        }),
      },
    ],
    ['has fewer rules', { validations: [{ expression: 'true' }] }],
    ['is for nothing', { matchConstraints: undefined }],
  ])('is not as shipped where it %s', (_, change) => {
    const problem = tokenSecretsProblem({ policy: changed(policy, change), binding });
    expect(problem).toContain('is not as it is shipped');
  });

  it.each<[string, Json]>([
    ['names another policy', { policyName: 'another' }],
    ['warns alone', { validationActions: ['Warn', 'Audit'] }],
    ['is for some namespaces', { matchResources: { namespaceSelector: {} } }],
    ['has parameters', { paramRef: { name: 'x' } }],
  ])('is not in force where its binding %s', (_, change) => {
    const problem = tokenSecretsProblem({ policy, binding: changed(binding, change) });
    expect(problem).toContain('does not deny');
  });
});
