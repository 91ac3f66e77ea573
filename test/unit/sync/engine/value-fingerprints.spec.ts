import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { ValueFingerprints } from '../../../../src/sync/engine/value-fingerprints.js';

const withKey = (byte: number) => new ValueFingerprints(createSecretKey(Buffer.alloc(32, byte)));
const value = (text: string) => SecretValue.fromBytes(Buffer.from(text));
const prints = withKey(1);

describe('a fingerprint', () => {
  it('is the same for the same value of one key of one sync, in each process', () => {
    const one = prints.of('sync', 'password', value('a'));
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(withKey(1).of('sync', 'password', value('a'))).toBe(one);
  });

  it.each([
    ['another value', prints.of('sync', 'password', value('b'))],
    ['the same value of another key', prints.of('sync', 'user', value('a'))],
    ['the same value of another sync', prints.of('other', 'password', value('a'))],
    ['the same value under another secret', withKey(2).of('sync', 'password', value('a'))],
  ])('is another one for %s', (_what, other) => {
    expect(prints.of('sync', 'password', value('a'))).not.toBe(other);
  });

  it('mixes no names and values', () => {
    const pairs = [
      ['a', 'b', 'c\nd'],
      ['a', 'b"]\nc', 'd'],
      ['a","b', 'c', 'd'],
      ['a', 'b","c', 'd'],
      ['', '', '["",""]\n'],
      ['', '', ''],
    ] as const;
    const all = pairs.map(([uid, key, text]) => prints.of(uid, key, value(text)));
    expect(new Set(all).size).toBe(pairs.length);
  });

  it('tells bytes that are no text apart', () => {
    const bytes = (...all: readonly number[]) => SecretValue.fromBytes(Buffer.from(all));
    expect(prints.of('s', 'k', bytes(0xff))).not.toBe(prints.of('s', 'k', bytes(0xfe)));
  });
});
