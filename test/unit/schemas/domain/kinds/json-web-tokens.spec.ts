import {
  createHmac,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type BadRow, fixture, fixtureMs, type GoodRow, itAllows, itRefuses } from './fixtures.js';
import { reasonsOf } from './verdict.js';

const now = fixtureMs / 1_000;
const key = (name: string): KeyObject => createPrivateKey(fixture(`keys/${name}.pem`));

const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const claims = { iss: 'https://issuer.example', sub: 'user', exp: now + 3_600, iat: now };

type Signer = (data: string) => Buffer;
const hmac =
  (hash: string): Signer =>
  (data) =>
    createHmac(hash, 'secret').update(data).digest();
const signer =
  (hash: string | undefined, name: string): Signer =>
  (data) =>
    sign(hash, Buffer.from(data), { key: key(name), dsaEncoding: 'ieee-p1363' });

function token(header: unknown, body: unknown = claims, signed: Signer = hmac('sha256')): string {
  const data = `${part(header)}.${part(body)}`;
  return `${data}.${signed(data).toString('base64url')}`;
}

const hs256 = { alg: 'HS256', typ: 'JWT' };
const whole = token(hs256);
const [head = '', body = '', signature = ''] = whole.split('.');
const podClaims = {
  aud: ['https://kubernetes.default.svc.cluster.local', 'k3s'],
  'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'default', uid: '1-2-3' } },
  ...claims,
};

const goodTokens: readonly GoodRow[] = [
  ['HS256', whole],
  ['HS384', token({ alg: 'HS384' }, claims, hmac('sha384'))],
  ['HS512', token({ alg: 'HS512' }, claims, hmac('sha512'))],
  ['RS256', token({ alg: 'RS256', kid: '1' }, claims, signer('sha256', 'rsa-pkcs8'))],
  ['RS512', token({ alg: 'RS512' }, claims, signer('sha512', 'rsa-pkcs8'))],
  ['PS256', token({ alg: 'PS256' }, claims, signer('sha256', 'rsa-pss'))],
  ['ES256', token({ alg: 'ES256' }, claims, signer('sha256', 'ec-prime256v1'))],
  ['ES256K', token({ alg: 'ES256K' }, claims, signer('sha256', 'ec-secp256k1'))],
  ['ES384', token({ alg: 'ES384' }, claims, signer('sha384', 'ec-secp384r1'))],
  ['ES512', token({ alg: 'ES512' }, claims, signer('sha512', 'ec-secp521r1'))],
  ['EdDSA', token({ alg: 'EdDSA' }, claims, signer(undefined, 'ed25519'))],
  ['EdDSA with Ed448', token({ alg: 'EdDSA' }, claims, signer(undefined, 'ed448'))],
  ['an algorithm that came later', token({ alg: 'ML-DSA-44' }, claims, hmac('sha512'))],
  ['a token of a pod', token({ alg: 'RS256' }, podClaims, signer('sha256', 'rsa-pkcs8'))],
  ['no time at all', token(hs256, { sub: 'user' })],
  ['no claims', token(hs256, {})],
  ['a time with a fraction', token(hs256, { ...claims, exp: now + 0.5 })],
  ['a time far away', token(hs256, { exp: 253_402_300_799 })],
  ['a start to come', token(hs256, { ...claims, nbf: now + 60 })],
  ['its last second', token(hs256, { exp: now })],
  ['spaces and line ends in JSON', token('{"typ":"JWT",\r\n "alg":"HS256"}', '{ "sub" : "a" }\n')],
  ['claims in UTF-8', token(hs256, { name: 'Jörg 鍵', ...claims })],
  ['an unencoded header of a certificate', token({ ...hs256, x5c: ['MIIB+/='], jku: 'https://a' })],
  ['nested claims', token(hs256, { realm_access: { roles: ['a', 'b'] }, ...claims })],
];

const parts = /^must have three parts between dots$/;
const headForm = /^must have a header that is a JSON object in base64url$/;
const claimForm = /^must have claims that are a JSON object in base64url$/;
const signatureForm = /^must have a signature in base64url$/;
const badTokens: readonly BadRow[] = [
  ['nothing', '', parts],
  ['a password', 'correct-horse-battery-staple', parts],
  ['an opaque token', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a', parts],
  ['a header and claims alone', `${head}.${body}`, parts],
  ['four parts', `${whole}.${signature}`, parts],
  [
    'JWE',
    `${head}.${body}.${body}.${signature}.${signature}`,
    /^is encrypted; must be a signed JWT$/,
  ],
  ['PASETO', 'v4.public.eyJzdWIiOiJ1c2VyIn0', headForm],
  ['a scheme before it', `Bearer ${whole}`, headForm],
  ['quotes around', `"${whole}"`, headForm],
  ['three words', 'www.example.com', headForm],
  ['base64 in the header', `eyJhbGciOiJIUzI1NiJ9==.${body}.${signature}`, headForm],
  ['a header that is a list', token([1]), headForm],
  ['a header with a member twice', token('{"alg":"HS256","alg":"none"}'), headForm],
  ['a cut start', whole.slice(3), headForm],
  ['claims that are text', token(hs256, 'user'), claimForm],
  ['claims that are a list', token(hs256, ['user']), claimForm],
  ['no claims', `${head}..${signature}`, claimForm],
  ['claims with a member twice', token(hs256, '{"sub":"a","sub":"b"}'), claimForm],
  ['no algorithm', token({ typ: 'JWT' }), /^must name its algorithm in alg$/],
  ['an empty algorithm', token({ alg: '' }), /^must name its algorithm in alg$/],
  ['an algorithm that is a number', token({ alg: 256 }), /^must name its algorithm in alg$/],
  ['no signature', `${part({ alg: 'none' })}.${body}.`, /^must be signed: alg is none$/],
  [
    'none in capitals',
    `${part({ alg: 'NONE' })}.${body}.${signature}`,
    /^must be signed: alg is none/,
  ],
  ['an empty signature', `${head}.${body}.`, signatureForm],
  ['a line end', `${whole}\n`, signatureForm],
  ['a line end of Windows', `${whole}\r\n`, signatureForm],
  ['base64 in the signature', `${head}.${body}.${signature.slice(0, -2)}+/`, signatureForm],
  ['padding', `${whole}=`, signatureForm],
  ['a cut end', whole.slice(0, -3), /^must have a signature of the size of its alg$/],
  [
    'a signature in DER',
    token({ alg: 'ES256' }, claims, (data) =>
      sign('sha256', Buffer.from(data), key('ec-prime256v1')),
    ),
    /^must have a signature of the size/,
  ],
  ['expiry', token(hs256, { exp: now - 1 }), /^has expired$/],
  ['an end as text', token(hs256, { exp: '1893456000' }), /^must have a number in exp$/],
  [
    'an end as a date',
    token(hs256, { exp: '2030-01-01T00:00:00Z' }),
    /^must have a number in exp$/,
  ],
  ['an end that is null', token(hs256, { exp: null }), /^must have a number in exp$/],
  [
    'a start as text',
    token(hs256, { nbf: 'now', iat: true }),
    /^must have a number in nbf\n.* iat$/,
  ],
  ['UTF-16', Buffer.from(`\uFEFF${whole}`, 'utf16le'), /^must be UTF-8$/],
];

type Jwk = Record<string, unknown>;
const publicJwk = (name: string): Jwk => {
  const { d, p, q, dp, dq, qi, ...rest } = privateJwk(name);
  return rest;
};
const privateJwk = (name: string): Jwk => ({ ...key(name).export({ format: 'jwk' }) });
const set = (...keys: readonly unknown[]): string => JSON.stringify({ keys });
const ec = publicJwk('ec-prime256v1');
const long = (characters: number): string => 'A'.repeat(characters).replace(/^./, 'v');
const hugeRsa = { kty: 'RSA', n: long(40_000), e: 'AQAB' };
const costlyRsa = {
  ...hugeRsa,
  d: long(40_000),
  p: long(20_000),
  q: long(20_000),
  dp: long(20_000),
};

const goodSets: readonly GoodRow[] = [
  ['RSA', set({ ...publicJwk('rsa-pkcs8'), kid: '1', use: 'sig', alg: 'RS256' })],
  ['P-256', set({ ...ec, kid: '1', key_ops: ['verify'] })],
  ['P-384', set(publicJwk('ec-secp384r1'))],
  ['P-521', set(publicJwk('ec-secp521r1'))],
  ['secp256k1', set(publicJwk('ec-secp256k1'))],
  ['Ed25519', set(publicJwk('ed25519'))],
  ['Ed448', set(publicJwk('ed448'))],
  ['X25519', set(publicJwk('x25519'))],
  ['ML-DSA', set(generateKeyPairSync('ml-dsa-44').publicKey.export({ format: 'jwk' }))],
  ['a private RSA key', set(privateJwk('rsa-pkcs8'))],
  [
    'a private RSA key without primes',
    set({ ...publicJwk('rsa-pkcs8'), d: privateJwk('rsa-pkcs8').d }),
  ],
  ['a private P-256 key', set(privateJwk('ec-prime256v1'))],
  ['a private Ed25519 key', set(privateJwk('ed25519'))],
  [
    'a symmetric key',
    set({ kty: 'oct', k: part('secret of 32 bytes, or a bit more'), alg: 'HS256' }),
  ],
  ['several keys', set(ec, publicJwk('ed25519'), publicJwk('rsa-pkcs8'))],
  ['several keys with names', set({ ...ec, kid: 'a' }, { ...publicJwk('ed25519'), kid: 'b' })],
  ['a name on one key alone', set({ ...ec, kid: 'a' }, publicJwk('ed25519'))],
  [
    'certificates of a key',
    set({ ...ec, x5c: ['A'.repeat(4_000)], x5t: 'AAAA', 'x5t#S256': 'AA' }),
  ],
  ['other members', JSON.stringify({ keys: [ec], issuer: 'https://a.example', next: null })],
  ['JSON in lines', JSON.stringify({ keys: [ec] }, null, 2)],
  ['a line end', `${set(ec)}\n`],
  [
    'a hundred keys',
    set(...Array.from({ length: 100 }, (_, index) => ({ ...ec, kid: `${index}` }))),
  ],
];

const damaged = /^key 1 is damaged, or of an unknown kty$/;
const badSets: readonly BadRow[] = [
  ['nothing', '', /^must be a JSON object with a list of keys/],
  ['PEM', fixture('keys/public.pem'), /^must be a JSON object with a list of keys/],
  ['one key alone', JSON.stringify(ec), /^must be a JSON object with a list of keys/],
  ['a list alone', JSON.stringify([ec]), /^must be a JSON object with a list of keys/],
  ['keys by name', JSON.stringify({ keys: { a: ec } }), /^must be a JSON object with a list/],
  ['broken JSON', set(ec).slice(0, -1), /^must be a JSON object with a list of keys/],
  [
    'keys twice',
    `{"keys":[],"keys":[${JSON.stringify(ec)}]}`,
    /^must be a JSON object with a list/,
  ],
  ['YAML', 'keys:\n  - kty: oct\n    k: AAAA\n', /^must be a JSON object with a list of keys/],
  ['no key', set(), /^must have a key$/],
  [
    'more keys than are read',
    set(...Array.from({ length: 101 }, () => ec)),
    /^must have at most 100/,
  ],
  ['a key as text', set('AAAA'), /^key 1 must be an object$/],
  ['a key that is null', set(ec, null), /^key 2 must be an object$/],
  ['a name that is a number', set({ ...ec, kid: 1 }), /^key 1 must have a text in kid$/],
  ['a name twice', set({ ...ec, kid: 'a' }, { ...ec, kid: 'a' }), /^must not have a kid twice$/],
  ['no kty', set({ ...ec, kty: undefined }), damaged],
  ['an unknown kty', set({ ...ec, kty: 'XYZ' }), damaged],
  ['kty in small letters', set({ ...ec, kty: 'ec' }), damaged],
  ['an unknown curve', set({ ...ec, crv: 'P-999' }), damaged],
  ['another curve', set({ ...ec, crv: 'P-384' }), damaged],
  ['no y', set({ ...ec, y: undefined }), damaged],
  ['a point beside the curve', set({ ...ec, y: ec['x'] }), damaged],
  ['a number for a coordinate', set({ ...ec, x: 5 }), damaged],
  ['a short Ed25519 key', set({ kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }), damaged],
  ['RSA without its exponent', set({ ...publicJwk('rsa-pkcs8'), e: undefined }), damaged],
  ['RSA with half its primes', set({ ...privateJwk('rsa-pkcs8'), q: undefined }), damaged],
  ['a symmetric key in base64', set({ kty: 'oct', k: 'ab+/' }), /^key 1 must have base64url in k$/],
  ['a symmetric key without a key', set({ kty: 'oct' }), /^key 1 must have base64url in k$/],
  ['RSA of 1024 bits', set(publicJwk('rsa-1024')), /^key 1 has an RSA key below 2048 bits$/],
  ['RSA of 240,000 bits', set(hugeRsa), damaged],
  [
    'a private key of 240,000 bits',
    set({ ...costlyRsa, dq: long(20_000), qi: long(20_000) }),
    damaged,
  ],
  ['UTF-16', Buffer.from(`\uFEFF${set(ec)}`, 'utf16le'), /^must be UTF-8$/],
];

describe('jwt', () => {
  itAllows('jwt', goodTokens);
  itRefuses('jwt', badTokens);
});

describe('jwks', () => {
  itAllows('jwks', goodSets);
  itRefuses('jwks', badSets);

  it('names each key at fault', () => {
    const reasons = reasonsOf('jwks', set(1, ec, { kty: 'oct' }));
    expect(reasons).toEqual(['key 1 must be an object', 'key 3 must have base64url in k']);
  });
});
