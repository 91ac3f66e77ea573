import { expect, it } from 'vitest';
import { builtInSchemas } from '../../../../src/schemas/domain/built-in-schemas.js';
import { compiledSpec } from '../../../../src/schemas/domain/compiled-spec.js';
import { keyGroups } from '../../../../src/schemas/domain/key-groups.js';

const groupsOf = (spec: object) => {
  const { rules } = compiledSpec('x', { appliesTo: { label: 'x' }, mode: 'warn', ...spec });
  return rules === undefined ? [] : keyGroups(rules);
};

it.each([
  [{ keys: { a: { required: true } } }, []],
  [{ rules: [{ rule: 'secret.a == secret.b' }] }, [{ keys: ['a', 'b'] }]],
  [{ rules: [{ rule: 'secret.all(k, k != "")' }] }, [{ keys: undefined }]],
  [{ oneOf: [{ required: ['a'] }, { required: ['b', 'c'] }] }, [{ keys: ['a', 'b', 'c'] }]],
  [{ expires: { key: 'until' } }, [{ keys: ['until'] }]],
  [{ keys: { k: { kind: 'jks', passwordKey: 'p' } } }, [{ keys: ['k', 'p'] }]],
  [{ checkUnchanged: true }, [{ keys: [], isOfEachWrite: true }]],
])('%j', (spec, groups) => {
  expect(groupsOf(spec)).toMatchObject(groups);
  expect(groupsOf(spec)).toHaveLength(groups.length);
});

it('has the pair of TLS, and one of several keys', () => {
  const [tls, redis] = ['tls', 'dsn.redis'].map((name) => builtInSchemas.get(name));
  expect(tls && keyGroups(tls)).toMatchObject([{ keys: ['tls.crt', 'tls.key'] }]);
  expect(redis && keyGroups(redis)).toMatchObject([{ isPresence: true }]);
});
