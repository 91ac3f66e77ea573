import { expect, it } from 'vitest';
import { pathOf, queryOf } from '../src/path.js';

it.each(['', '.', '..'])('refuses the part %j, which URLs drop', (part) => {
  expect(() => pathOf('namespaces', part, 'secrets')).toThrow(TypeError);
});

it('encodes every part, so that none becomes two', () => {
  const path = pathOf('namespaces', 'a/b', 'secrets', 'x/../../tokens?y#z');
  expect(path).toBe('/v1/namespaces/a%2Fb/secrets/x%2F..%2F..%2Ftokens%3Fy%23z');
  expect(new URL(path, 'http://localhost').pathname).toBe(path);
});

it('leaves out parameters without a value, and repeats those with several', () => {
  expect(queryOf({ a: undefined })).toBe('');
  expect(queryOf({ a: 'x y', b: 2, c: ['1', '2'] })).toBe('?a=x+y&b=2&c=1&c=2');
});
