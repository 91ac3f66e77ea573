import { describe, expect, it } from 'vitest';
import { halvesOf, withinBytes } from '../../../../../src/audit/sinks/domain/sink-entry.js';

const entries = [10, 20, 30].map((size, leafIndex) => ({ leafIndex, event: Buffer.alloc(size) }));
const indexes = (some: readonly { readonly leafIndex: number }[]) =>
  some.map(({ leafIndex }) => leafIndex);

describe('a batch', () => {
  it('is cut in two, in order, until one entry is left', () => {
    expect(halvesOf(entries)?.map(indexes)).toEqual([[0, 1], [2]]);
    expect(halvesOf(entries.slice(0, 1))).toBeUndefined();
    expect(halvesOf([])).toBeUndefined();
  });

  it.each([
    [60, [0, 1, 2]],
    [59, [0, 1]],
    [29, [0]],
    [1, [0]],
  ])('of %i bytes at most has the entries %j', (bytesMax, expected) => {
    expect(indexes(withinBytes(entries, bytesMax))).toEqual(expected);
  });
});
