import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { canaryOf, fitsCanary } from '../../../../src/encryption/domain/key-canary.js';

const key = { id: 'embedded.1', key: randomBytes(32) };

it('fits the key that it was made under, by that name', () => {
  expect(fitsCanary(key, canaryOf(key))).toBe(true);
});

it('fits no other key, no other name, and nothing that was changed', () => {
  const canary = canaryOf(key);
  expect(fitsCanary({ ...key, key: randomBytes(32) }, canary)).toBe(false);
  expect(fitsCanary({ ...key, id: 'embedded.2' }, canary)).toBe(false);
  expect(fitsCanary(key, canary.subarray(0, canary.length - 4))).toBe(false);
  expect(fitsCanary(key, new Uint8Array())).toBe(false);
});
