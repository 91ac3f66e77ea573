import { expect, it } from 'vitest';
import { expiryWarnings } from '../../../../src/tokens/domain/expiry-warnings.js';

it('says that the expiry was cut, and why', () => {
  const view = { createdAt: '1970-01-01T00:00:00.000Z', expiresAt: '1970-01-01T00:00:59.500Z' };
  expect(expiryWarnings(view, 60)).toEqual([
    'the token expires at 1970-01-01T00:00:59.500Z, 59 seconds after its creation instead of 60: ' +
      'it cannot outlive the token that minted it',
  ]);
  expect(expiryWarnings(view, 59)).toEqual([]);
});
