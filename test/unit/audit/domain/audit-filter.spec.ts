import { expect, it } from 'vitest';
import { namePattern } from '../../../../src/audit/domain/audit-filter.js';

it.each([
  ['pay', 'pay', false],
  ['pay*', 'pay', true],
  ['*', '', true],
  ['p*y', 'p*y', false],
])('%s is the text %j, as a prefix: %s', (name, text, isPrefix) => {
  expect(namePattern(name)).toEqual({ text, isPrefix });
});
