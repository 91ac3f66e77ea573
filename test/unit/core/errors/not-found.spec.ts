import { describe, expect, it } from 'vitest';
import { foundOrUndefined, isNotFound } from '../../../../src/core/errors/not-found.js';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';

const notFound = new SallyportError('NotFound', 'secrets "app" not found');

describe('lookups of objects that may not exist', () => {
  it('return what was found', async () => {
    expect(await foundOrUndefined(async () => 'app')).toBe('app');
  });

  it('return undefined for an object that does not exist', async () => {
    expect(await foundOrUndefined(() => Promise.reject(notFound))).toBeUndefined();
  });

  it('throw every other error, because it does not state that there is no object', async () => {
    const error = unavailable('the cluster cannot be reached');
    await expect(foundOrUndefined(() => Promise.reject(error))).rejects.toBe(error);
  });

  it.each([
    ['NotFound', notFound, true],
    ['another code', unavailable('the cluster cannot be reached'), false],
    ['an error of a library', Object.assign(new Error('no'), { code: 'NotFound' }), false],
    ['no error', undefined, false],
  ])('recognize %s', (_, error, expected) => {
    expect(isNotFound(error)).toBe(expected);
  });
});
