import { describe, expect, it } from 'vitest';
import {
  fromBase64,
  generateSignerKey,
  isKeyName,
  parseSignerKey,
  parseVerifierKey,
} from '../../../../../src/audit/log/domain/note-key.js';

// The example keys of golang.org/x/mod/sumdb/note.
const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const skey = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const text =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n";
const signature =
  'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=';

describe('a key of notes', () => {
  it('verifies and signs as golang.org/x/mod/sumdb/note does', () => {
    const bytes = Buffer.from(signature, 'base64');
    const verifier = parseVerifierKey(vkey);
    expect(verifier).toMatchObject({ name: 'PeterNeumann', keyId: 'c74f20a3', vkey });
    expect(verifier?.verify(text, bytes.subarray(4))).toBe(true);
    expect(verifier?.verify(`${text}\n`, bytes.subarray(4))).toBe(false);
    const signer = parseSignerKey(skey);
    expect(signer?.verifier.vkey).toBe(vkey);
    expect(Buffer.from(signer?.sign(text) ?? []).equals(bytes.subarray(4))).toBe(true);
  });

  it('is new each time it is made', () => {
    const signers = ['a.example/log', 'a.example/log'].map((name) =>
      parseSignerKey(generateSignerKey(name)),
    );
    const [one, other] = signers.map((signer) => signer?.verifier);
    expect(one?.name).toBe('a.example/log');
    expect(one?.keyId).not.toBe(other?.keyId);
    expect(one?.verify(text, signers[0]?.sign(text) ?? Buffer.alloc(0))).toBe(true);
    expect(one?.verify(text, signers[1]?.sign(text) ?? Buffer.alloc(0))).toBe(false);
    expect(parseVerifierKey(one?.vkey ?? '')?.vkey).toBe(one?.vkey);
  });

  it.each([
    vkey.replace('c74f20a3', 'c74f20a4'),
    vkey.replace('Peter', 'Petra'),
    vkey.replace('ARpc', 'Arpc'),
    vkey.slice(0, -4),
    `${vkey}A`,
    vkey.replace('PeterNeumann', 'Peter Neumann'),
    'PeterNeumann+c74f20a3',
    '',
  ])('is not %j', (other) => {
    expect(parseVerifierKey(other)).toBeUndefined();
    expect(parseSignerKey(`PRIVATE+KEY+${other}`)).toBeUndefined();
  });

  it('has a name without white space and plus signs', () => {
    expect(['a', 'example.com/log', 'ü'].every(isKeyName)).toBe(true);
    expect(['', 'a b', 'a+b', 'a\u2003b', 'a\nb', 'a\u0001'].some(isKeyName)).toBe(false);
    expect(() => generateSignerKey('a+b')).toThrow(RangeError);
  });
});

it('takes base64 in its one spelling', () => {
  expect(fromBase64('aGk=')?.toString()).toBe('hi');
  for (const text of ['aGk', 'aGl=', 'aG k=', 'aGk=\n', 'aGk-', '=']) {
    expect(fromBase64(text)).toBeUndefined();
  }
});
