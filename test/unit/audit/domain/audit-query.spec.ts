import { describe, expect, it } from 'vitest';
import {
  checkedLimit,
  cursorAfter,
  leafIndexOf,
} from '../../../../src/audit/domain/audit-query.js';
import { encodeCursor } from '../../../../src/core/page.js';

describe('a cursor', () => {
  it('leads back to its place', () => {
    for (const index of [0, 1, 499, 123_456_789_012]) {
      expect(leafIndexOf(cursorAfter(index))).toBe(index);
    }
  });

  const others = ['-1', '01', '1.5', '1e3', ''].map((leaf) => encodeCursor({ leaf }));
  const ours = cursorAfter(5);
  it.each(['', '12', ...others, encodeCursor({ before: '5' }), `${ours}=`, `${ours} `])(
    'is refused if this list did not return it: %j',
    (cursor) => {
      expect(() => leafIndexOf(cursor)).toThrow('continue');
    },
  );
});

describe('a limit', () => {
  it('is 500 where none is given', () => {
    expect(checkedLimit()).toBe(500);
  });

  it.each([0, -1, 1.5, 501, Number.NaN])('of %j is refused', (limit) => {
    expect(() => checkedLimit(limit)).toThrow('limit');
  });
});
