import { describe, expect, it } from 'vitest';
import {
  checkedLimit,
  decodeCursor,
  encodeCursor,
} from '../../../../src/audit/domain/audit-query.js';

describe('a cursor', () => {
  it('leads back to its place', () => {
    for (const index of [0, 1, 499, 123_456_789_012]) {
      expect(decodeCursor(encodeCursor(index))).toBe(index);
    }
  });

  it.each(['', '12', 'YTE6', 'YTE6LTE', 'YTE6MDE', `${encodeCursor(5)}=`, `${encodeCursor(5)} `])(
    'is refused where it is not one of ours: %j',
    (cursor) => {
      expect(() => decodeCursor(cursor)).toThrow('continue');
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
