import { expect, it } from 'vitest';
import { checkedIdempotencyKey } from '../../../../../src/platform/idempotency/domain/idempotency-key.js';

it.each(['a', 'b2f1-7', '"quoted, key"', 'k'.repeat(255)])('takes %j', (key) => {
  expect(checkedIdempotencyKey(key)).toBe(key);
});

it.each(['', ' a', 'a ', 'a\tb', 'é', 'a\u0000', 'k'.repeat(256)])('refuses %j', (key) => {
  expect(() => checkedIdempotencyKey(key)).toThrow('Idempotency-Key');
});
