import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { denySchemaWithoutRights } from '../../../../../src/app/sandbox/admission/schema-rights.js';
import { schemaCauses } from '../../../../../src/app/sandbox/admission/schema-rules.js';
import { ruleMessages } from './rule-messages.js';

const schema = (spec: object) => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'SecretSchema',
  metadata: { name: 'login', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
  spec: { mode: 'warn', ...spec },
});
const named = schema({ appliesTo: { label: 'login' } });

it('denies a spec to an author who may not list all Secrets, in the words of the policy', () => {
  const denial = denySchemaWithoutRights(named, undefined, { isAllowed: () => false });
  const policy = readFileSync('deploy/rbac/policies/rights/schema-rights.yaml', 'utf8');
  expect(policy).toContain(denial?.message);
  expect(policy).toContain(denial?.policy);
  expect(denySchemaWithoutRights(named, undefined, { isAllowed: () => true })).toBeUndefined();
  expect(denySchemaWithoutRights(named, named, { isAllowed: () => false })).toBeUndefined();
});

it('asks the author of a schema of a namespace for the Secrets there, in the words of the policy', () => {
  const local = { ...named, metadata: { ...named.metadata, namespace: 'shop' } };
  const asked: object[] = [];
  const isAllowed = (right: object): boolean => (asked.push(right), false);
  const denial = denySchemaWithoutRights(local, undefined, { isAllowed });
  expect(asked).toMatchObject([{ verb: 'list', resource: 'secrets', namespace: 'shop', name: '' }]);
  const policy = readFileSync('deploy/rbac/policies/rights/local-schema-rights.yaml', 'utf8');
  expect(policy).toContain(denial?.message);
  expect(policy).toContain(denial?.policy);
});

it('demands a type or a label, in the words of the definition', () => {
  expect(schemaCauses(named, [])).toEqual([]);
  expect(schemaCauses(schema({ appliesTo: { types: ['x'] } }), [])).toEqual([]);
  const [cause] = schemaCauses(schema({ appliesTo: {} }), []);
  const [message = ''] = ruleMessages('deploy/crds/secretschemas.yaml');
  expect(cause?.message).toContain(message);
});

it('leaves the rule unchecked in an object with other mistakes, as the API server does', () => {
  const found = { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.mode' };
  const [cause] = schemaCauses(schema({ appliesTo: {} }), [found]);
  expect(cause?.message).toContain('some validation rules were not checked');
});
