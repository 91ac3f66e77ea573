import {
  type JWK,
  type JSONWebKeySet,
  SignJWT,
  calculateJwkThumbprint,
  createLocalJWKSet,
  decodeProtectedHeader,
  importJWK,
  jwtVerify,
} from 'jose';
import { describe, expect, test } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import type { JwksRules } from '../../../../src/rotation/domain/rotation-spec.js';
import { generated } from '../domain/generated/generated.builder.js';
import { textsOf } from './values.builder.js';

const members: Readonly<Record<string, readonly string[]>> = {
  OKP: ['alg', 'crv', 'kid', 'kty', 'use', 'x'],
  EC: ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
  RSA: ['alg', 'e', 'kid', 'kty', 'n', 'use'],
};

interface Made {
  readonly privateJwk: JWK;
  readonly set: JSONWebKeySet;
  readonly setText: string;
}

describe('a rotated JWK set', () => {
  test.each(['EdDSA', 'ES256', 'ES384', 'RS256', 'PS256'] as const)(
    'verifies what the private key signs with %s, and has nothing private',
    async (algorithm) => {
      const { privateJwk, set } = await made({ algorithm });
      const [publicJwk] = set.keys;
      expect(set.keys).toHaveLength(1);
      expect(Object.keys(publicJwk ?? {}).toSorted()).toEqual(members[privateJwk.kty ?? '']);
      expect(publicJwk).toMatchObject({ use: 'sig', alg: algorithm, kid: privateJwk.kid });
      expect(privateJwk.kid).toBe(await calculateJwkThumbprint(publicJwk ?? {}));
      const token = await signedBy(privateJwk);
      expect(decodeProtectedHeader(token).kid).toBe(privateJwk.kid);
      await jwtVerify(token, createLocalJWKSet(set));
    },
  );

  test('verifies signatures of the last keys, as many as are kept', async () => {
    const one = await made({ keepOld: 1 });
    const two = await made({ keepOld: 1 }, one.setText);
    const three = await made({ keepOld: 1 }, two.setText);
    expect(three.set.keys.map(({ kid }) => kid)).toEqual([
      three.privateJwk.kid,
      two.privateJwk.kid,
    ]);
    const keys = createLocalJWKSet(three.set);
    await jwtVerify(await signedBy(two.privateJwk), keys);
    await expect(jwtVerify(await signedBy(one.privateJwk), keys)).rejects.toThrow(/no applicable/);
  });

  test('verifies them also where the algorithm was another one', async () => {
    const one = await made({ algorithm: 'ES256' });
    const two = await made({ algorithm: 'EdDSA' }, one.setText);
    await jwtVerify(await signedBy(one.privateJwk), createLocalJWKSet(two.set));
  });

  test('leaves out private parts that somebody has put into the current set', async () => {
    const one = await made({});
    const leaked = JSON.stringify({ keys: [one.privateJwk] });
    const two = await made({}, leaked);
    expect(two.set.keys).toHaveLength(2);
    expect(two.setText).not.toContain(String(one.privateJwk.d));
  });

  test('takes nothing from a current value that is no set', async () => {
    expect((await made({}, '{"keys":')).set.keys).toHaveLength(1);
    expect((await made({}, 'text')).set.keys).toHaveLength(1);
  });
});

async function made(rules: Partial<JwksRules>, current?: string): Promise<Made> {
  const jwks = { algorithm: 'ES256', publicKeySet: 'set', keepOld: 1, ...rules } as const;
  const value = SecretValue.fromBytes(Buffer.from(current ?? ''));
  const { key = '', set = '' } = await textsOf([generated('key', { kind: 'jwks', jwks })], {
    current: new Map(current === undefined ? [] : [['set', value]]),
  });
  return {
    privateJwk: JSON.parse(key) as JWK,
    set: JSON.parse(set) as JSONWebKeySet,
    setText: set,
  };
}

async function signedBy(jwk: JWK): Promise<string> {
  const token = new SignJWT({}).setProtectedHeader({ alg: jwk.alg ?? '', kid: jwk.kid ?? '' });
  return token.sign(await importJWK(jwk));
}
