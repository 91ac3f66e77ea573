import { describe, expect, it } from 'vitest';
import {
  claimsOf,
  isJustRenewed,
  parseSavedTokens,
  validityOf,
} from '../../../../src/cli/login/saved-tokens.js';

const tokens = { address: 'https://gate', issuer: 'https://login', clientId: 'cli', token: 't' };

describe('stored tokens', () => {
  it('are read as they were written', () => {
    const all = { ...tokens, expiresAtSeconds: 1, refreshToken: 'r' };
    expect(parseSavedTokens(JSON.stringify(all))).toEqual(all);
    expect(parseSavedTokens(JSON.stringify(tokens))).toEqual(tokens);
  });

  it.each([
    '',
    '{',
    '[]',
    '{"address":"a"}',
    '{"token":"t"}',
    JSON.stringify({ ...tokens, other: 1 }),
  ])('are none: %s', (text) => {
    expect(parseSavedTokens(text)).toBeUndefined();
  });
});

it.each([
  [undefined, 'fresh'],
  [1_031, 'fresh'],
  [1_030, 'ending'],
  [1_001, 'ending'],
  [1_000, 'expired'],
  [0, 'expired'],
])('a token that ends at %s is, at 1000 s, %s', (expiresAtSeconds, expected) => {
  expect(validityOf({ expiresAtSeconds }, 1_000_000)).toBe(expected);
});

it.each([
  [undefined, false],
  [1_000, true],
  [971, true],
  [970, false],
  // The clock was set back.
  [1_001, false],
])(
  'a token that was renewed at %s is, at 1000 s, just renewed: %s',
  (renewedAtSeconds, expected) => {
    expect(isJustRenewed({ renewedAtSeconds }, 1_000_000)).toBe(expected);
  },
);

describe('claims of a token', () => {
  const jwt = (payload: string) => `e30.${Buffer.from(payload).toString('base64url')}.x`;

  it('are those that the program plans by', () => {
    expect(claimsOf(jwt('{"exp":5,"sub":"alice","groups":[]}'))).toEqual({ exp: 5, sub: 'alice' });
  });

  it.each(['', 'opaque', 'a.b', jwt('no JSON'), jwt('[]'), jwt('{"exp":"5"}')])(
    'are unknown: %s',
    (token) => {
      expect(claimsOf(token)).toBeUndefined();
    },
  );
});
