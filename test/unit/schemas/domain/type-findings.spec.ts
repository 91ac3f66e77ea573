import { expect, it } from 'vitest';
import {
  isCheckedType,
  typeFindings,
  typeGroups,
} from '../../../../src/schemas/domain/type-findings.js';
import { storedSecret, values } from '../../secrets/domain/secret.builder.js';

it.each([
  ['kubernetes.io/tls', true],
  ['kubernetes.io/dockercfg', true],
  ['bootstrap.kubernetes.io/token', true],
  ['Opaque', false],
  ['example.com/own', false],
])('a type has rules: %s %s', (type, isChecked) => {
  expect(isCheckedType(type)).toBe(isChecked);
});

it.each([
  ['kubernetes.io/tls', [['tls.crt', 'tls.key']]],
  ['constructor', []],
  ['__proto__', []],
])('the rules of %s read together %j', (type, expected) => {
  expect(typeGroups(type).map(({ keys }) => keys)).toEqual(expected);
});

it('names the key of each violation', () => {
  const secret = storedSecret({ type: 'kubernetes.io/tls', data: values({ 'tls.crt': 'x' }) });
  expect(typeFindings(secret)).toMatchObject([
    { schema: 'kubernetes.io/tls', isEnforced: true, keys: ['tls.crt', 'tls.key'] },
  ]);
});

it('names a key alone if its rule reads no other', () => {
  const data = values({ 'ssh-privatekey': 'x' });
  const secret = storedSecret({ type: 'kubernetes.io/ssh-auth', data });
  expect(typeFindings(secret)).toMatchObject([{ keys: ['ssh-privatekey'] }]);
});

it('has no key for a violation of the name', () => {
  const data = values({ 'token-id': 'abcdef', 'token-secret': '0123456789abcdef' });
  const type = 'bootstrap.kubernetes.io/token';
  const [first] = typeFindings(storedSecret({ type, data, namespace: 'kube-system' }));
  expect(first).toMatchObject({ keys: undefined, error: { pointer: '/name' } });
});
