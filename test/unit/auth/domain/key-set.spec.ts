import { describe, expect, it } from 'vitest';
import { keysFor, readKeySet } from '../../../../src/auth/domain/key-set.js';

const rsa = { kid: 'r', kty: 'RSA', n: 'AA', e: 'AQAB' };
const ec = { kid: 'e', kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' };

describe('readKeySet', () => {
  it('keeps public members alone of keys that may verify', () => {
    const secret = { ...rsa, d: 'private', use: 'sig', key_ops: ['verify'], x5c: ['AA'] };
    expect(readKeySet({ keys: [secret, ec], other: 1 })).toEqual([rsa, ec]);
  });

  it.each<readonly [string, object]>([
    ['for encryption', { ...rsa, use: 'enc' }],
    ['for signing alone', { ...rsa, key_ops: ['sign'] }],
    ['symmetric', { kid: 'o', kty: 'oct', k: 'AA' }],
    ['without an id', { kty: 'RSA', n: 'AA', e: 'AQAB' }],
  ])('leaves out a key that is %s', (_what, key) => {
    expect(readKeySet({ keys: [key, ec] })).toEqual([ec]);
    expect(() => readKeySet({ keys: [key] })).toThrow('no key');
  });

  it.each([[null], [[]], [{}], [{ keys: {} }], [{ keys: [] }], [{ keys: [null, 7] }], ['keys']])(
    'throws for %j',
    (document) => {
      expect(() => readKeySet(document)).toThrow(/no key/);
    },
  );

  it('throws for more keys than an issuer has', () => {
    expect(() => readKeySet({ keys: Array.from({ length: 101 }, () => rsa) })).toThrow('more than');
  });
});

describe('keysFor', () => {
  const find = (algorithm: string, keyId: string, keys: readonly object[] = [rsa, ec]) =>
    keysFor(readKeySet({ keys }), { algorithm, keyId });

  it('finds a key by its id, where type and curve fit the algorithm', () => {
    expect(find('RS256', 'r')).toEqual([rsa]);
    expect(find('PS384', 'r')).toEqual([rsa]);
    expect(find('ES256', 'e')).toEqual([ec]);
    for (const algorithm of ['ES384', 'RS256', 'EdDSA']) expect(find(algorithm, 'e')).toEqual([]);
    expect(find('RS256', 'other')).toEqual([]);
  });

  it("keeps to the key's own algorithm", () => {
    expect(find('PS256', 'r', [{ ...rsa, alg: 'RS256' }])).toEqual([]);
    expect(find('RS256', 'r', [{ ...rsa, alg: 'RS256' }])).toHaveLength(1);
  });

  it('offers a few keys of one id, no more', () => {
    expect(
      find(
        'RS256',
        'r',
        Array.from({ length: 9 }, () => rsa),
      ),
    ).toHaveLength(4);
  });
});
