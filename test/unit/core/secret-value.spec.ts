import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';

const value = (...bytes: number[]) => SecretValue.fromBytes(Uint8Array.from(bytes));

describe('a value', () => {
  it.each([
    ['nothing', value()],
    ['text', value(0x6a, 0xc3, 0xbc)],
    ['a byte order mark', value(0xef, 0xbb, 0xbf, 0x78)],
    ['NUL', value(0)],
    ['bytes that no text has', value(0xff, 0xfe)],
    ['half a character', value(0xc3)],
    ['half of a surrogate pair', value(0xed, 0xa0, 0x80)],
    ['a character in too many bytes', value(0xc0, 0x80)],
  ])('of %s is text exactly where it can be shown as such', (_what, one) => {
    expect(one.isText).toBe(one.revealText() !== undefined);
  });

  it('prints itself nowhere', () => {
    const secret = value(0x70, 0x77);
    expect([`${secret}`, JSON.stringify({ secret })]).toEqual([
      '[secret]',
      '{"secret":"[secret]"}',
    ]);
  });
});

describe('the size of a value as JSON', () => {
  it('is what JSON.stringify makes of its text, or of its base64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const one = SecretValue.fromBytes(bytes);
        const shown = JSON.stringify(one.revealText() ?? one.revealBase64());
        expect(one.jsonSizeBytes).toBe(Buffer.byteLength(shown));
        expect(one.base64SizeBytes).toBe(JSON.stringify(one.revealBase64()).length);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const one = SecretValue.fromText(text);
        if (one) expect(one.jsonSizeBytes).toBe(Buffer.byteLength(JSON.stringify(text)));
      }),
    );
  });
});

describe('base64 of a value', () => {
  it.each([
    ['', ''],
    ['padded', 'aHVudGVyMg=='],
    ['over several lines', 'aHVu\r\ndGVy\nMg=='],
    // Its last bits are no part of a byte.
    ['that nobody would write so', 'aHVudGVyMh=='],
  ])('%s is taken', (_what, text) => {
    const value = SecretValue.fromBase64(text);
    expect(value?.revealText()).toBe(text === '' ? '' : 'hunter2');
  });

  it.each([
    ['without padding', 'aHVudGVyMg'],
    ['with a space', 'aHVu dGVyMg=='],
    ['of another alphabet', '_-8='],
    ['with something behind it', 'aHVudGVyMg==aHVu'],
    ['that is too short', 'a'],
  ])('%s is none', (_what, text) => {
    expect(SecretValue.fromBase64(text)).toBeUndefined();
  });
});

it('that is kept shares its memory with nothing', () => {
  const decoded = SecretValue.fromBase64('aHVudGVyMg==');
  if (decoded === undefined) throw new TypeError('it is base64');
  const kept = SecretValue.ofKeptBytes(decoded);
  expect(kept.revealText()).toBe('hunter2');
  expect(kept.reveal().buffer.byteLength).toBe(kept.sizeBytes);
  expect(SecretValue.ofKeptText('hunter2').reveal().buffer.byteLength).toBe(7);
});

it('that is empty base64 has no memory of its own', () => {
  const [one, other] = ['', ''].map((text) => SecretValue.fromBase64(text)?.reveal());
  expect(one?.byteLength).toBe(0);
  expect(one?.buffer).toBe(other?.buffer);
});
