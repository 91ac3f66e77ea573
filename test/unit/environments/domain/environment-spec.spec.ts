import { expect, it } from 'vitest';
import {
  environmentSpecOf,
  environmentSpecSchema,
} from '../../../../src/environments/domain/environment-spec.js';

it('has defaults, and takes a body that was read', () => {
  const spec = environmentSpecSchema.parse({});
  expect(environmentSpecOf({ ...spec, name: 'app', problems: [] })).toEqual({
    imports: [],
    values: {},
  });
});

it.each([
  [{ values: { A: {} } }],
  [{ values: { A: { value: 'x', template: 'y' } } }],
  [{ values: { '1A': { value: 'x' } } }],
  [{ values: { 'A B': { value: 'x' } } }],
  [{ values: { A: { secret: { name: 'db' } } } }],
  [{ values: { A: { secret: { name: 'db', key: 'a/b' } } } }],
  [{ values: { A: { value: 'x'.repeat(9_000) } } }],
  [{ imports: ['a', 'a'] }],
  [{ imports: Array.from({ length: 17 }, (_, at) => `e${at}`) }],
  [{ unknown: true }],
])('refuses %#', (spec) => {
  expect(environmentSpecSchema.safeParse(spec).success).toBe(false);
});
