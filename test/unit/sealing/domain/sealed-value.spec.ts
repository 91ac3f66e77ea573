import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openedSizeBytes, readSealedValue } from '../../../../src/sealing/domain/sealed-value.js';

function sealed(sessionKeyBytes: number, ciphertextBytes: number, length = sessionKeyBytes) {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(length);
  return Buffer.concat([size, randomBytes(sessionKeyBytes), randomBytes(ciphertextBytes)]);
}

describe('readSealedValue', () => {
  it('splits a value into its session key and its ciphertext', () => {
    const bytes = sealed(512, 20);
    const value = readSealedValue(bytes.toString('base64'));
    expect(value?.sessionKey).toEqual(bytes.subarray(2, 514));
    expect(value?.ciphertext).toEqual(bytes.subarray(514));
    expect(value && openedSizeBytes(value)).toBe(4);
  });

  it('ignores line ends, as Go does', () => {
    const text = sealed(512, 16).toString('base64');
    const lines = text.replaceAll(/.{64}/g, '$&\r\n');
    expect(readSealedValue(lines)).toEqual(readSealedValue(text));
  });

  it.each<[string, string]>([
    ['an empty text', ''],
    ['one byte', 'AA=='],
    ['a ciphertext that is shorter than its tag', sealed(512, 15).toString('base64')],
    ['a session key of another length', sealed(256, 300).toString('base64')],
    ['a length that goes beyond the value', sealed(512, 16, 65_535).toString('base64')],
    ['a length of 0', sealed(512, 16, 0).toString('base64')],
    ['base64 with spaces', sealed(512, 16).toString('base64').replace(/.{64}/, '$& ')],
    ['base64url', Buffer.alloc(540, 0xfb).toString('base64url')],
    ['base64 without padding', sealed(512, 18).toString('base64').replaceAll('=', '')],
    ['base64 with bits beyond its last byte', `${'A'.repeat(718)}B=`],
    ['a text', 'p@ss'],
  ])('refuses %s', (_, text) => {
    expect(readSealedValue(text)).toBeUndefined();
  });
});
