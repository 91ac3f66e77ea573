import { expect, it } from 'vitest';
import { jsonDepth } from '../../../../../src/secrets/domain/documents/json-depth.js';

it.each([
  ['1', 0],
  ['{}', 1],
  ['[{"a":[1,{}]},{}]', 4],
  ['["[[[", "\\"[[[", "\\\\"]', 1],
])('the depth of %s is %i', (text, depth) => {
  expect(jsonDepth(text)).toBe(depth);
});
