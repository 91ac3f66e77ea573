import { expect, it } from 'vitest';
import { encodeCursor } from '../../../../src/core/page.js';
import { cursorAfterRun, runOfCursor } from '../../../../src/rotation/domain/run-cursor.js';

it('a list of runs continues behind the run of its cursor', () => {
  expect(runOfCursor(cursorAfterRun('a-run'))).toBe('a-run');
});

it('a list of runs refuses the cursor of another list', () => {
  const cursor = encodeCursor({ before: '7' });
  expect(() => runOfCursor(cursor)).toThrow('continue is not a cursor of this API');
});
