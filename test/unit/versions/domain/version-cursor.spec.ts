import { expect, it } from 'vitest';
import { encodeCursor } from '../../../../src/core/page.js';
import {
  cursorAfterVersion,
  versionOfCursor,
} from '../../../../src/versions/domain/version-cursor.js';

it('a list of versions continues behind the version of its cursor', () => {
  expect(versionOfCursor(cursorAfterVersion(12))).toBe(12);
});

it.each([{}, { before: '0' }, { before: '-1' }, { before: '1e3' }, { run: '7' }])(
  'a list of versions refuses the cursor of %j',
  (content) => {
    const cursor = encodeCursor(content);
    expect(() => versionOfCursor(cursor)).toThrow('continue is not a cursor of this API');
  },
);
