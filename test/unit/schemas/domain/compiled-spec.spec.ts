import { expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { compiledSpec, requireUsable } from '../../../../src/schemas/domain/compiled-spec.js';

const least = { appliesTo: { label: 'login' }, mode: 'warn' };

it('has the rules of a usable spec', () => {
  const { rules, problems } = compiledSpec('login', least);
  expect([rules?.name, problems]).toEqual(['login', []]);
});

it('is no spec of a built-in schema: findings name schemas by their names alone', () => {
  const { rules, problems } = compiledSpec('tls', least);
  expect(rules).toBeUndefined();
  expect(problems).toEqual([
    { pointer: '/metadata/name', reason: 'is the name of a built-in schema' },
  ]);
});

it.each([
  [{ ...least, mode: 'strict' }, '/mode'],
  [{ ...least, keys: { a: { schema: { $ref: '#' } } } }, '/keys/a/schema/$ref'],
  [{ ...least, rules: [{ rule: 'secret.a' }] }, '/rules/0/rule'],
  [{ ...least, appliesTo: { label: 'tls' } }, '/appliesTo/label'],
  [{ ...least, description: 'x'.repeat(70_000) }, ''],
  ['none', ''],
])('has what is wrong with %#', (spec, pointer) => {
  const { rules, problems } = compiledSpec('login', spec);
  expect(rules).toBeUndefined();
  expect(problems).toMatchObject([{ pointer }]);
  expect(() => requireUsable('login', spec)).toThrow(SallyportError);
});

it.each([
  [{ appliesTo: least.appliesTo }, '/mode', 'is required, and must be one of warn, enforce'],
  [{ ...least, rules: [{ rule: 'true', msg: 'x' }] }, '/rules/0/msg', 'unknown'],
  [{ ...least, keys: { 'a.b': { minLength: 1 } } }, '/keys/a.b/minLength', 'unknown'],
  [{ ...least, keys: { a: { required: 'yes' } } }, '/keys/a/required', 'expected boolean'],
  [
    { ...least, expires: { key: 'a', jwt: 'b' } },
    '/expires',
    'has jwt and key; expected exactly one of certificate, jwt, key, annotation',
  ],
  [
    { ...least, expires: {} },
    '/expires',
    'expected exactly one of certificate, jwt, key, annotation',
  ],
  [
    { ...least, keys: { a: { generate: { uuid: {}, bytes: {} } } } },
    '/keys/a/generate',
    'has bytes and uuid; expected exactly one of password, bytes, uuid',
  ],
])('says the same about %j as the route of the schema', (spec, pointer, reason) => {
  expect(compiledSpec('login', spec).problems).toEqual([{ pointer, reason }]);
});
