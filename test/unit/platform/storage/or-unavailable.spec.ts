import { expect, it } from 'vitest';
import { orUnavailable } from '../../../../src/platform/storage/or-unavailable.js';
import { StorageError } from '../../../../src/platform/storage/storage-error.js';

it('reports a database that cannot be used as Unavailable, with the message of its caller', async () => {
  const cause = new StorageError('the database /data cannot be used');
  const failing = orUnavailable(() => Promise.reject(cause), 'rows cannot be read');
  const error = await failing.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'Unavailable', message: 'rows cannot be read' });
  expect(error).toHaveProperty('cause', cause);
});

it('returns results, and throws other errors as they are', async () => {
  expect(await orUnavailable(() => Promise.resolve(7), 'rows cannot be read')).toBe(7);
  const mistake = new TypeError('no query');
  const failing = orUnavailable(() => {
    throw mistake;
  }, 'rows cannot be read');
  await expect(failing).rejects.toBe(mistake);
});
