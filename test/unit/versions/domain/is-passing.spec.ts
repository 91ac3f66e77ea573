import { expect, it } from 'vitest';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { EncryptionKeyError } from '../../../../src/encryption/key-error.js';
import { StorageError } from '../../../../src/platform/storage/storage-error.js';
import { isPassing } from '../../../../src/versions/domain/is-passing.js';

it.each([
  ['the database', new StorageError('away'), true],
  ['a key', new EncryptionKeyError('away'), true],
  ['the cluster', unavailable('away'), true],
  ['a right', new SallyportError('Forbidden', 'no'), true],
  ['a fault of the code', new TypeError('x'), false],
  ['something that is no error', 'x', false],
])('a failure of %s', (_, error, expected) => {
  expect(isPassing(error)).toBe(expected);
});
