import { expect, it } from 'vitest';
import { Reduction } from '../../../../../src/audit/ingest/domain/reduced.js';

it('keeps what is within the bounds, and says so', () => {
  const reduction = new Reduction();
  expect(reduction.text('é日🔑"', 5)).toBe('é日🔑"');
  expect(reduction.list(['a', 'b'], 100)).toEqual(['a', 'b']);
  expect(reduction.members({ a: ['b'] }, 100)).toEqual({ a: ['b'] });
  expect(reduction.isReduced).toBe(false);
});

it.each([
  ['a text that is too long', (one: Reduction) => one.text('abc', 2), 'ab'],
  [
    'a text with NUL and line feed',
    (one: Reduction) => one.text('a\0b\n', 9),
    'a\u{fffd}b\u{fffd}',
  ],
  ['half a character', (one: Reduction) => one.text('a🔑', 2), 'a\u{fffd}'],
  ['a list that is too long', (one: Reduction) => one.list(['aaa', 'bbb'], 8), ['aaa']],
  ['too many members', (one: Reduction) => one.members({ a: ['b'], c: ['d'] }, 13), { a: ['b'] }],
  ['a value of a member', (one: Reduction) => one.members({ a: ['\0'] }, 99), { a: ['\u{fffd}'] }],
])('cuts %s, and says so', (_what, cut, kept) => {
  const reduction = new Reduction();
  expect(cut(reduction)).toEqual(kept);
  expect(reduction.isReduced).toBe(true);
});

it('takes tokens of the gateway out', () => {
  const token = `sp_${'a'.repeat(16)}_${'b'.repeat(43)}_123456`;
  expect(new Reduction().text(`/x/${token}`, 100)).toBe('/x/sp_[secret]');
});
