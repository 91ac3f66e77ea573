import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { IntegrityError } from '../../../../src/encryption/domain/integrity-error.js';
import {
  unwrapSecret,
  wrapSecret,
  wrapperOf,
} from '../../../../src/encryption/domain/wrapped-secret.js';

const key = { id: 'embedded.1', key: randomBytes(32) };
const secret = randomBytes(32);

it('says which key it is under, and comes out with that one', () => {
  const wrapped = wrapSecret(key, secret);
  expect(wrapperOf(wrapped)).toBe('embedded.1');
  expect(unwrapSecret(key, wrapped).equals(secret)).toBe(true);
});

it.each([
  ['another key', () => unwrapSecret({ ...key, key: randomBytes(32) }, wrapSecret(key, secret))],
  ['another name', () => unwrapSecret({ ...key, id: 'embedded.2' }, wrapSecret(key, secret))],
  ['nothing', () => unwrapSecret(key, new Uint8Array())],
  ['a secret of another length', () => unwrapSecret(key, wrapSecret(key, Buffer.alloc(16)))],
])('does not come out of %s', (_what, unwrap) => {
  expect(unwrap).toThrow(IntegrityError);
});
