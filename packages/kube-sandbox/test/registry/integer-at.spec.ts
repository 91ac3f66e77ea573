import { expect, it } from 'vitest';
import { integerAt } from '../../src/registry/integer-at.js';

const path = ['status', 'replicas'];

it('an integer is found where there is one', () => {
  expect(integerAt({ status: { replicas: 3 } }, path)).toBe(3);
  expect(integerAt({ status: {} }, path)).toBeUndefined();
  expect(integerAt({ status: null }, path)).toBeUndefined();
  expect(integerAt({}, path)).toBeUndefined();
});

it.each([
  [{ replicas: 'x' }, '.status.replicas accessor error: x is of the type string, expected int64'],
  [
    { replicas: 1.5 },
    '.status.replicas accessor error: 1.5 is of the type float64, expected int64',
  ],
  [{ replicas: true }, '.status.replicas accessor error: true is of the type bool, expected int64'],
  [
    { replicas: [1, { b: null, a: 2 }] },
    '.status.replicas accessor error: [1 map[a:2 b:<nil>]] is of the type []interface {}, expected int64',
  ],
  [
    'x',
    '.status.replicas accessor error: x is of the type string, expected map[string]interface{}',
  ],
])('anything else is told as Go tells it: %j', (status, message) => {
  expect(integerAt({ status }, path)).toBe(message);
});
