import { expect, it } from 'vitest';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { outcomeOfError } from '../../../../src/shares/domain/delivery-outcome.js';
import { notGranted } from '../../../../src/shares/domain/not-granted.js';

it('is refused if nothing is granted, or the caller has no right', () => {
  expect(outcomeOfError(notGranted({ name: 'db' }, 'Revoked'))).toBe('refused');
  expect(outcomeOfError(new SallyportError('Forbidden', 'no'))).toBe('refused');
});

it('is failed if the gateway could not deliver', () => {
  expect(outcomeOfError(unavailable('the audit trail cannot be written'))).toBe('failed');
  expect(outcomeOfError(new TypeError('a fault'))).toBe('failed');
});
