import { describe, expect, it } from 'vitest';
import { valuesByName } from '../src/values-by-name.js';

const password = 'cHc=';

describe('values by their names', () => {
  it('are those that were asked for', () => {
    const found = valuesByName({ db: { password }, web: { key: '' }, more: {} }, ['db', 'web/key']);
    expect([...found.keys()]).toEqual(['db', 'web']);
    expect(found.get('db')?.get('password')?.revealText()).toBe('pw');
  });

  it.each([
    ['a Secret', {}],
    ['a key', { db: {} }],
    ['an own member', Object.create({ db: { password } }) as object],
    ['an object', [] as never],
    ['a body', null as never],
    ['texts', { db: { password: 1 } } as never],
  ])('are refused without %s: files would become empty', (_what, body) => {
    expect(() => valuesByName(body as never, ['db/password'])).toThrow(
      'the response has no values of db/password',
    );
  });
});
