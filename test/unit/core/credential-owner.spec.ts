import { expect, it } from 'vitest';
import { ownerOf } from '../../../src/core/credential-owner.js';
import type { TokenGrant } from '../../../src/core/principal.js';

const token = { id: 't1', owner: 'alice' } as TokenGrant; // no more is read

it('is the creator of a token, else the user, and never whom it impersonates', () => {
  expect(ownerOf({ principal: { username: 'bob', token: undefined } })).toBe('bob');
  expect(ownerOf({ principal: { username: 'bob', token } })).toBe('alice');
  const impersonated = { username: 'carol', token: undefined };
  const impersonator = { username: 'bob', token };
  expect(ownerOf({ principal: impersonated, impersonator })).toBe('alice');
});
