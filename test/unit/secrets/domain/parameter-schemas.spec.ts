import { expect, test } from 'vitest';
import {
  keySchema,
  namespaceSchema,
  ruled,
  secretNameSchema,
  versionSchema,
  waitSecondsSchema,
} from '../../../../src/secrets/domain/parameter-schemas.js';

test.each([
  [namespaceSchema, 'pay', 'Pay'],
  [secretNameSchema, 'a.b', 'a/b'],
  [keySchema, '__proto__', 'a/b'],
  [versionSchema, 'previous', 'Previous'],
] as const)('takes what its rule takes and nothing else', (schema, good, bad) => {
  expect(schema.safeParse(good).success).toBe(true);
  expect(schema.safeParse(bad).success).toBe(false);
  expect(schema.safeParse(7).success).toBe(false);
});

test.each(['1', '20', '300'])('a wait lasts %s seconds', (seconds) => {
  expect(waitSecondsSchema.parse(seconds)).toBe(Number(seconds));
});

test.each(['0', '-1', '01', '1.5', '301', '1000', '1s', ''])('no wait lasts %j', (seconds) => {
  expect(waitSecondsSchema.safeParse(seconds).success).toBe(false);
});

test('a refusal has the words of the rule', () => {
  const facts = { description: 'A letter', example: 'a' };
  const schema = ruled((text) => (text === 'a' ? undefined : 'must be a'), facts);
  expect(schema.safeParse('b').error?.issues).toMatchObject([{ message: 'must be a' }]);
});
