import { expect, test } from 'vitest';
import { refuseIfAny } from '../../../../src/secrets/domain/field-errors.js';
import { refusal } from './secret.builder.js';

test('throws 422 with the first hundred places, and nothing where no rule was broken', () => {
  refuseIfAny([]);
  const errors = Array.from({ length: 200 }, (_, index) => ({ pointer: `/${index}`, reason: 'x' }));
  const error = refusal(() => refuseIfAny(errors));
  expect([error.code, error.status, error.errors]).toEqual(['Invalid', 422, errors.slice(0, 100)]);
});
