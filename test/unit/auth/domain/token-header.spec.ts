import { describe, expect, it } from 'vitest';
import { readTokenHeader } from '../../../../src/auth/domain/token-header.js';

const encode = (part: unknown) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
const good = { alg: 'RS256', kid: 'k', typ: 'JWT' };
const token = (header: unknown, payload: unknown = {}) => `${encode(header)}.${encode(payload)}.AA`;

describe('readTokenHeader', () => {
  it.each(['RS256', 'PS512', 'ES384', 'EdDSA'])('takes %s', (alg) => {
    expect(readTokenHeader(token({ ...good, alg }))).toEqual({ algorithm: alg, keyId: 'k' });
  });

  it.each(['at+jwt', 'application/at+jwt', 'jwt', undefined])('takes type %s', (typ) => {
    expect(readTokenHeader(token({ ...good, typ }))).toEqual({ algorithm: 'RS256', keyId: 'k' });
  });

  it.each<readonly [string, string]>([
    ['one part', 'abc'],
    ['an empty signature', `${encode(good)}.${encode({})}.`],
    ['five parts', `${token(good)}.AA.AA`],
    ['padding', `${encode(good)}.${encode({})}.AA==`],
    ['no JSON', token('{')],
    ['a list', token([])],
    ['a payload that is no object', token(good, 'null')],
    ['a header member given twice', token('{"alg":"RS256","alg":"none","kid":"k"}')],
    ['a claim given twice', token(good, '{"sub":"a","s\\u0075b":"b"}')],
    ['no algorithm', token({ kid: 'k' })],
    ['none', token({ ...good, alg: 'none' })],
    ['HMAC', token({ ...good, alg: 'HS256' })],
    ['a list of algorithms', token({ ...good, alg: ['RS256'] })],
    ['an algorithm of another case', token({ ...good, alg: 'rs256' })],
    ['crit', token({ ...good, crit: ['exp'] })],
    ['b64', token({ ...good, b64: false })],
    ['zip', token({ ...good, zip: 'DEF' })],
    ['another type', token({ ...good, typ: 'id_token' })],
    ['a type that is no text', token({ ...good, typ: ['JWT'] })],
    ['no key id', token({ alg: 'RS256' })],
    ['a key id that is no text', token({ ...good, kid: { k: 1 } })],
    ['a long key id', token({ ...good, kid: 'k'.repeat(257) })],
  ])('refuses %s', (_what, text) => {
    expect(readTokenHeader(text)).toHaveProperty('refusal');
  });
});
