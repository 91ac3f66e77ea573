import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MultisetDigest } from '../../../../src/encryption/domain/multiset-digest.js';
import { rowMac } from '../row-integrity.builder.js';

const digests = new MultisetDigest(rowMac());
const [a, b, c] = [1, 2, 3].map((one) => Uint8Array.of(one)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

describe('a digest over a set of rows', () => {
  it('is of its elements in any order, and of no others', () => {
    const digest = digests.of([a, b]);
    expect(digests.isOf(digest, [b, a])).toBe(true);
    for (const others of [[], [a], [a, b, c], [a, c], [a, b, b]]) {
      expect(digests.isOf(digest, others)).toBe(false);
    }
  });

  it('follows each change without a look at the other elements', () => {
    const elements: Uint8Array[] = [];
    let digest = digests.of([]);
    for (let step = 0; step < 200; step += 1) {
      const removed = step % 3 === 2 ? elements.splice(step % elements.length, 1) : [];
      const added = [randomBytes(32)];
      elements.push(...added);
      digest = digests.changed(digest, { removed, added });
    }
    expect(digests.isOf(digest, elements)).toBe(true);
    expect(digests.isOf(digest, elements.slice(1))).toBe(false);
  });

  it('looks different each time, so that its changes tell nothing of its elements', () => {
    expect(digests.of([a])).not.toEqual(digests.of([a]));
  });

  it('is nothing under another key, or of another length', () => {
    const digest = digests.of([a]);
    expect(new MultisetDigest(rowMac(8)).isOf(digest, [a])).toBe(false);
    for (const wrong of [null, new Uint8Array(), digest.subarray(1)]) {
      expect(digests.isOf(wrong, [a])).toBe(false);
    }
  });
});
