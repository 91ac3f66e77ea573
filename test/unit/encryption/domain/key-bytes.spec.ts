import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyFrom } from '../../../../src/encryption/domain/key-bytes.js';

describe('a key that was given', () => {
  const bytes = randomBytes(32);

  it.each([
    ['32 bytes', Buffer.from(bytes)],
    ['base64', Buffer.from(bytes.toString('base64'))],
    ['base64 on a line', Buffer.from(`${bytes.toString('base64')}\n`)],
  ])('may be %s', (_what, given) => {
    expect(keyFrom(given)?.export().equals(bytes)).toBe(true);
    expect(given.every((byte) => byte === 0)).toBe(true);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['31 bytes', randomBytes(31)],
    ['33 bytes', randomBytes(33)],
    ['16 bytes in base64', Buffer.from(randomBytes(16).toString('base64'))],
    ['hex', Buffer.from(bytes.toString('hex'))],
    ['base64 without padding', Buffer.from(bytes.toString('base64url'))],
    ['two lines', Buffer.from(`${bytes.toString('base64')}\n${bytes.toString('base64')}`)],
  ])('may not be %s', (_what, given) => {
    expect(keyFrom(given)).toBeUndefined();
  });
});
