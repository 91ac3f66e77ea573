import { expect, test } from 'vitest';
import { withoutPageMarks } from '../../../../../src/kubectl/domain/forward/list-meta.js';

test('nothing is left that tells of further pages, and all else is', () => {
  const metadata = { resourceVersion: '7', continue: 'next', remainingItemCount: 3, selfLink: '' };
  expect(withoutPageMarks({ kind: 'SecretList', metadata, items: [] })).toEqual({
    kind: 'SecretList',
    metadata: { resourceVersion: '7', selfLink: '' },
    items: [],
  });
  expect(withoutPageMarks({ metadata: { remainingItemCount: 0 } })).toEqual({ metadata: {} });
});

test.each([{}, { metadata: null }, { metadata: { resourceVersion: '7' }, continue: 'other' }])(
  'a list that tells of none stays as it is: %j',
  (list) => {
    expect(withoutPageMarks(list)).toBe(list);
  },
);
