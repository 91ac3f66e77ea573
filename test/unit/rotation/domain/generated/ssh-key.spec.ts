import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  openSshPrivateKey,
  sshPublicKeyLine,
} from '../../../../../src/rotation/domain/generated/ssh-key.js';

/** RFC 8032, section 7.1, test 1. */
const d = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
const x = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex');
const jwk = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: d.toString('base64url'),
  x: x.toString('base64url'),
};

describe('a public key for ssh', () => {
  test('is one line with its comment', () => {
    const line = sshPublicKeyLine({ jwk, comment: 'me@example' });
    const blob = Buffer.concat([field('ssh-ed25519'), field(x)]);
    expect(line).toBe(`ssh-ed25519 ${blob.toString('base64')} me@example\n`);
    expect(sshPublicKeyLine({ jwk, comment: '' })).toMatch(/[A-Za-z0-9+/=]\n$/);
  });

  test('has numbers in the fewest bytes and never negative', () => {
    const number = (bytes: readonly number[]) => Buffer.from(bytes).toString('base64url');
    const rsa = { kty: 'RSA', n: number([0x80, 1]), e: number([0, 0, 3]) };
    const [, blob = ''] = sshPublicKeyLine({ jwk: rsa, comment: '' }).split(' ');
    const expected = [field('ssh-rsa'), field(Buffer.of(3)), field(Buffer.of(0, 0x80, 1))];
    expect(Buffer.from(blob, 'base64')).toEqual(Buffer.concat(expected));
  });

  test('is refused for what ssh has no name for', () => {
    const { privateKey } = generateKeyPairSync('x25519');
    const key = { jwk: privateKey.export({ format: 'jwk' }), comment: '' };
    expect(() => sshPublicKeyLine(key)).toThrow(TypeError);
    expect(() => sshPublicKeyLine({ jwk: { kty: 'RSA' }, comment: '' })).toThrow(TypeError);
  });
});

describe('a private key for ssh', () => {
  test.each(['', 'a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef', 'abcdefg'])(
    'fills whole blocks behind the comment %j',
    (comment) => {
      const blob = blobOf(openSshPrivateKey({ jwk, comment }, Buffer.of(1, 2, 3, 4)));
      const publicBlob = Buffer.concat([field('ssh-ed25519'), field(x)]);
      const check = Buffer.of(1, 2, 3, 4, 1, 2, 3, 4);
      const seedAndPublic = field(Buffer.concat([d, x]));
      const secret = Buffer.concat([check, publicBlob, seedAndPublic, field(comment)]);
      const head = Buffer.concat([
        Buffer.from('openssh-key-v1\0'),
        ...[field('none'), field('none'), field(''), Buffer.of(0, 0, 0, 1), field(publicBlob)],
      ]);
      expect(blob.subarray(0, head.length)).toEqual(head);
      const section = blob.subarray(head.length);
      const sizeBytes = section.readUInt32BE();
      expect(sizeBytes % 8).toBe(0);
      expect(section).toHaveLength(4 + sizeBytes);
      expect(section.subarray(4, 4 + secret.length)).toEqual(secret);
      const padding = section.subarray(4 + secret.length);
      expect(padding.length).toBeLessThan(8);
      expect([...padding]).toEqual([1, 2, 3, 4, 5, 6, 7].slice(0, padding.length));
    },
  );

  test('stands in lines between its boundaries', () => {
    const pem = openSshPrivateKey({ jwk, comment: '' }, Buffer.alloc(4));
    const lines = pem.split('\n');
    expect(lines[0]).toBe('-----BEGIN OPENSSH PRIVATE KEY-----');
    expect(lines.slice(-2)).toEqual(['-----END OPENSSH PRIVATE KEY-----', '']);
    for (const line of lines.slice(1, -2)) expect(line).toMatch(/^[A-Za-z0-9+/=]{1,70}$/);
  });
});

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

function blobOf(pem: string): Buffer {
  return Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64');
}
