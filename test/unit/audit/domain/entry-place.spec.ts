import { describe, expect, it } from 'vitest';
import { leafIndexAt, placeAfter } from '../../../../src/audit/domain/entry-place.js';

describe('the place of an entry', () => {
  it('is followed by the next leaf index, or by the next place in the same queue', () => {
    expect(placeAfter(7, 3)).toBe(10);
    expect(placeAfter({ writer: 1, sequence: 7 }, 3)).toEqual({ writer: 1, sequence: 10 });
  });

  it('has a leaf index in the log, and none in a queue', () => {
    expect(leafIndexAt(7)).toBe(7);
    expect(() => leafIndexAt({ writer: 1, sequence: 7 })).toThrow('has no leaf index yet');
  });
});
