import { expect, it } from 'vitest';
import { IntegrityError } from '../../../../src/encryption/domain/integrity-error.js';

it('tells nobody what did not fit', () => {
  const { message, cause } = new IntegrityError();
  expect(message).toBe('stored data is damaged or belongs elsewhere');
  expect(cause).toBeUndefined();
});
