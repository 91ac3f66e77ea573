import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../src/secret-bytes.js';
import { SecretValues } from '../src/secret-values.js';

const text = 'hunter2-value';
const base64 = Buffer.from(text).toString('base64');
const bytes = new SecretBytes(new TextEncoder().encode(text));
const values = new SecretValues({ stringData: { a: text }, data: { b: base64 } });

describe('a value', () => {
  it.each([
    ['a template', String(bytes) + String(values)],
    ['JSON', JSON.stringify({ bytes, values })],
    ['inspect', inspect({ bytes, values }, { showHidden: true, depth: 9, getters: true })],
    ['an error', String(new Error(`failed: ${String(bytes)}`))],
    ['a tag', Object.prototype.toString.call(bytes)],
    ['its entries', JSON.stringify(Object.entries(bytes))],
  ])('is not in %s', (_, shown) => {
    expect(shown).not.toContain(text);
    expect(shown).not.toContain(base64);
  });

  it('is revealed as a copy, and as text', () => {
    bytes.reveal().fill(0);
    expect(bytes.revealText()).toBe(text);
    expect(bytes.sizeBytes).toBe(text.length);
    expect([...values].map(([key, value]) => [key, value.revealText()])).toEqual([
      ['a', text],
      ['b', text],
    ]);
  });

  it('that is no text is refused as text, without a part of it in the error', () => {
    const binary = new SecretBytes(Uint8Array.of(0x68, 0x75, 0xff));
    expect(() => binary.revealText()).toThrow('the value is not UTF-8 text');
  });

  it('keeps a byte order mark, which belongs to it', () => {
    const marked = new SecretBytes(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61));
    expect(marked.revealText()).toBe('\ufeffa');
  });
});
