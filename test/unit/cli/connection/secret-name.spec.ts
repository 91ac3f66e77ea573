import { expect, it } from 'vitest';
import { secretKeyNameOf, secretNameOf } from '../../../../src/cli/connection/secret-name.js';

it.each([
  ['db', { namespace: 'default', name: 'db' }],
  ['pay/db', { namespace: 'pay', name: 'db' }],
])('the Secret %s', (text, expected) => {
  expect(secretNameOf(text, 'default')).toEqual(expected);
});

it.each([
  ['db/password', { namespace: 'default', name: 'db', key: 'password' }],
  ['pay/db/password', { namespace: 'pay', name: 'db', key: 'password' }],
])('the key %s', (text, expected) => {
  expect(secretKeyNameOf(text, 'default')).toEqual(expected);
});

it.each(['', '/', 'pay/', '/db', 'a/b/c'])('%j is no Secret', (text) => {
  expect(() => secretNameOf(text, 'default')).toThrow('is not NAME or NAMESPACE/NAME');
});

it.each(['', 'db', '/password', 'db/', 'a/b/c/d'])('%j is no key', (text) => {
  expect(() => secretKeyNameOf(text, 'default')).toThrow('is not NAME');
});
