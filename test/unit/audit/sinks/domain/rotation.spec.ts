import { describe, expect, it } from 'vitest';
import { isFull, rotationMoves } from '../../../../../src/audit/sinks/domain/rotation.js';

describe('a full file', () => {
  it('takes the first place among those that are kept, and the last one goes', () => {
    expect(rotationMoves('/a', 3)).toEqual([
      { from: '/a.3' },
      { from: '/a.2', to: '/a.3' },
      { from: '/a.1', to: '/a.2' },
      { from: '/a', to: '/a.1' },
    ]);
  });

  it('goes where none is kept', () => {
    expect(rotationMoves('/a', 0)).toEqual([{ from: '/a' }]);
  });
});

it.each([
  [0, 500, false],
  [90, 10, false],
  [90, 11, true],
])('a file of %i bytes is full before %i more: %s', (size, added, expected) => {
  expect(isFull(size, added, 100)).toBe(expected);
});
