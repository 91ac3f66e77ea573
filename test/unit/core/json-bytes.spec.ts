import { expect, it } from 'vitest';
import { jsonStringEnd } from '../../../src/core/json-bytes.js';

it.each([
  ['"a"', 2],
  ['""', 1],
  [String.raw`"\""`, 3],
  [String.raw`"\\"x"`, 3],
  ['"a', -1],
  [String.raw`"\"`, -1],
  ['"\\', -1],
])('the string that opens %s ends at %d', (text, end) => {
  expect(jsonStringEnd(Buffer.from(text), 0)).toBe(end);
});
