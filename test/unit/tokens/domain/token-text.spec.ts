import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatToken,
  ID_BYTES,
  parseToken,
  SECRET_BYTES,
  toTokenId,
} from '../../../../src/tokens/domain/token-text.js';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const newToken = () => formatToken(toTokenId(randomBytes(ID_BYTES)), randomBytes(SECRET_BYTES));

describe('a token', () => {
  it('has its id, its secret and a checksum, whatever chance makes of them', () => {
    fc.assert(
      fc.property(bytes(ID_BYTES), bytes(SECRET_BYTES), (idBytes, secretBytes) => {
        const id = toTokenId(idBytes);
        const text = formatToken(id, secretBytes);
        expect(text).toMatch(/^sp_[0-9A-Za-z]{16}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
        expect(parseToken(text)).toEqual({ id, secret: text.split('_')[2] });
      }),
    );
  });

  it('has another secret for other bytes', () => {
    fc.assert(
      fc.property(bytes(SECRET_BYTES), bytes(SECRET_BYTES), (one, other) => {
        const isSame = Buffer.compare(one, other) === 0;
        const id = toTokenId(new Uint8Array(ID_BYTES));
        expect(formatToken(id, one) === formatToken(id, other)).toBe(isSame);
      }),
    );
  });

  it('ends in the CRC-32 of what stands before, so that scanners can be sure', () => {
    const [, body = '', crc = ''] = /^(.*)_(\w{6})$/.exec(newToken()) ?? [];
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    const value = crc.split('').reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
    expect(value).toBe(crc32(body));
  });

  it('is none with one character changed', () => {
    const text = newToken();
    for (let at = 0; at < text.length; at += 1) {
      const changed = text[at] === 'x' ? 'y' : 'x';
      expect(parseToken(text.slice(0, at) + changed + text.slice(at + 1))).toBeUndefined();
    }
  });

  it('is none cut short, made longer or with something around it', () => {
    const text = newToken();
    const others = [text.slice(0, -1), `${text}0`, ` ${text}`, `${text}\n`, `x${text}`, '', 'sp_'];
    for (const other of others) expect(parseToken(other)).toBeUndefined();
  });
});
