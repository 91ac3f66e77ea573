import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  KEY_BYTES,
  OVERHEAD_BYTES,
  decrypt,
  decryptSingleUse,
  encrypt,
} from '../../../../src/encryption/domain/aead.js';
import { IntegrityError } from '../../../../src/encryption/domain/integrity-error.js';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/**
 * Test case 16 of McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, and the one
 * of an empty text (13).
 * https://csrc.nist.rip/groups/ST/toolkit/BCM/documents/proposedmodes/gcm/gcm-spec.pdf
 */
const vectors = [
  {
    key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
    nonce: 'cafebabefacedbaddecaf888',
    associated: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    plaintext:
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
      '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    ciphertext:
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
      '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
    tag: '76fc6ece0f4e1768cddf8853bb2d551b',
  },
  {
    key: '00'.repeat(32),
    nonce: '00'.repeat(12),
    associated: '',
    plaintext: '',
    ciphertext: '',
    tag: '530f8afbc74536b9a963b4f1c4cb738b',
  },
];

describe('AES-256-GCM', () => {
  it.each(vectors)('opens what is published with the tag $tag', (vector) => {
    const sealed = hex(vector.nonce + vector.ciphertext + vector.tag);
    const opened = decrypt(hex(vector.key), sealed, hex(vector.associated));
    expect(opened.toString('hex')).toBe(vector.plaintext);
  });

  it.each([0, 1, 15, 16, 17, 1024 * 1024])('gives back a text of %i bytes', (length) => {
    const key = createSecretKey(randomBytes(KEY_BYTES));
    const plaintext = randomBytes(length);
    const sealed = encrypt(key, plaintext, Buffer.from('here'));
    expect(sealed).toHaveLength(length + OVERHEAD_BYTES);
    expect(decrypt(key, sealed, Buffer.from('here')).equals(plaintext)).toBe(true);
  });

  it('takes another nonce each time', () => {
    const key = randomBytes(KEY_BYTES);
    const seal = (): string => encrypt(key, Buffer.of(1), Buffer.of()).toString('hex').slice(0, 24);
    expect(new Set(Array.from({ length: 1_000 }, seal)).size).toBe(1_000);
  });

  it('refuses a change of any bit', () => {
    const key = randomBytes(KEY_BYTES);
    const sealed = encrypt(key, Buffer.from('s3cr3t'), Buffer.from('here'));
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => decrypt(key, changed, Buffer.from('here'))).toThrow(IntegrityError);
    }
  });

  it.each([15, 13, 12, 8, 4, 1, 0])('refuses a tag of %i bytes', (length) => {
    const key = randomBytes(KEY_BYTES);
    const sealed = encrypt(key, Buffer.from('s3cr3t'), Buffer.of());
    const cut = sealed.subarray(0, sealed.length - 16 + length);
    expect(() => decrypt(key, cut, Buffer.of())).toThrow(IntegrityError);
  });

  it('refuses what is too short for a nonce and a tag', () => {
    const key = randomBytes(KEY_BYTES);
    for (let length = 0; length < OVERHEAD_BYTES; length += 1) {
      expect(() => decrypt(key, Buffer.alloc(length), Buffer.of())).toThrow(IntegrityError);
    }
  });
});

describe('a key that is used once', () => {
  const sealed = (key: Buffer, text: string): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', key, Buffer.alloc(12));
    return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  };

  it.each(['', 's3cr3t'])('opens %j, which was sealed with a nonce of zeros', (text) => {
    const key = randomBytes(KEY_BYTES);
    expect(decryptSingleUse(key, sealed(key, text)).toString()).toBe(text);
  });

  it('opens nothing that was changed or cut', () => {
    const key = randomBytes(KEY_BYTES);
    const whole = sealed(key, 's3cr3t');
    for (let length = 0; length < whole.length; length += 1) {
      const cut = whole.subarray(0, length);
      expect(() => decryptSingleUse(key, cut)).toThrow(IntegrityError);
      const changed = Buffer.from(whole);
      changed[length] = (changed[length] ?? 0) ^ 1;
      expect(() => decryptSingleUse(key, changed)).toThrow(IntegrityError);
    }
  });
});
