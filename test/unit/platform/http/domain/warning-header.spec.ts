import { expect, it } from 'vitest';
import { warningHeader } from '../../../../../src/platform/http/domain/warning-header.js';

it('quotes each warning, as the API server does', () => {
  expect(warningHeader(['a "b"', 'c\\d'])).toEqual({
    warning: '299 - "a \\"b\\"", 299 - "c\\\\d"',
  });
});

it('is none without warnings', () => {
  expect(warningHeader([])).toEqual({});
});

it('has no character that a field value cannot have, and a bounded length', () => {
  expect(warningHeader(['a – b\nc é']).warning).toBe('299 - "a ? b?c ?"');
  expect(warningHeader(['x'.repeat(1_000)]).warning?.length).toBeLessThan(300);
  const many = Array.from({ length: 50 }, (_, index) => `${index} ${'x'.repeat(250)}`);
  expect(warningHeader(many).warning?.length).toBeLessThan(4_200);
});
