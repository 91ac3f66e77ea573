import { expect, it } from 'vitest';
import { pageOf } from '../../../../src/custom-resources/domain/name-page.js';

const byName = new Map(['c', 'a', 'd', 'b'].map((name) => [name, name.toUpperCase()]));

it('pages follow each other in the order of names', () => {
  const first = pageOf(byName, { limit: 3 });
  expect(first.items).toEqual(['A', 'B', 'C']);
  const second = pageOf(byName, { limit: 3, cursor: first.continue });
  expect(second).toEqual({ items: ['D'] });
});

it('a page that holds all has no cursor', () => {
  expect(pageOf(byName, { limit: 4 })).not.toHaveProperty('continue');
  expect(pageOf(new Map(), { limit: 4 })).toEqual({ items: [] });
});

it('a cursor of another API is refused', () => {
  expect(() => pageOf(byName, { limit: 1, cursor: '!' })).toThrow('continue is not a cursor');
});
