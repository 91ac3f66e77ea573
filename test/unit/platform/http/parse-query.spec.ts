import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../../src/platform/http/parse-query.js';

describe('parseQuery', () => {
  it.each([
    ['/v1/secrets', {}],
    ['/v1/secrets?', {}],
    ['/v1/secrets?limit=5', { limit: '5' }],
    ['/v1/secrets?limit', { limit: '' }],
    ['/v1/secrets?a=1&b=2', { a: '1', b: '2' }],
    ['/v1/secrets?a=b=c', { a: 'b=c' }],
    ['/v1/secrets?a=x?y', { a: 'x?y' }],
    ['/v1/secrets?a=%C3%A9+%2B', { a: 'é +' }],
    ['/v1/secrets?toString=1&constructor=2', { toString: '1', constructor: '2' }],
  ])('reads %s', (target, expected) => {
    expect({ ...parseQuery(target) }).toEqual(expected);
  });

  it('takes a repeatable parameter as a list, once or often', () => {
    expect({ ...parseQuery('/?n=a', ['n']) }).toEqual({ n: ['a'] });
    expect({ ...parseQuery('/?n=a&n=b&x=1&n=a', ['n']) }).toEqual({ n: ['a', 'b', 'a'], x: '1' });
  });

  it.each(['/?a=1&a=1', '/?a=1&a=2', '/?a&a', '/?a=1&%61=2', '/?__proto__=1&__proto__=2'])(
    'refuses a parameter given twice: %s',
    (target) => {
      expect(() => parseQuery(target)).toThrow(
        expect.objectContaining({ code: 'BadRequest', errors: [expect.anything()] }),
      );
    },
  );

  it('shows a refused name in printable ASCII, cut', () => {
    const name = encodeURIComponent(`é"<${'x'.repeat(200)}`);
    expect(() => parseQuery(`/?${name}=1&${name}=1`)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^parameter \?\?\?x{61} is given twice$/),
      }),
    );
  });

  it('has no prototype that a parameter could reach', () => {
    const query = parseQuery('/?__proto__=x');
    expect(Object.getPrototypeOf(query)).toBeNull();
    expect(Object.keys(query)).toEqual(['__proto__']);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('gives back what URLSearchParams wrote', () => {
    const pairs = fc.uniqueArray(fc.tuple(fc.string(), fc.string()), {
      selector: ([name]) => name.toWellFormed(),
    });
    fc.assert(
      fc.property(pairs, (given) => {
        const wellFormed = given.map(([name, value]) => [
          name.toWellFormed(),
          value.toWellFormed(),
        ]);
        const text = new URLSearchParams(wellFormed as [string, string][]).toString();
        expect(new Map(Object.entries(parseQuery(`/x?${text}`)))).toEqual(
          new Map(wellFormed as [string, string][]),
        );
      }),
    );
  });
});
