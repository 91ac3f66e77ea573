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
