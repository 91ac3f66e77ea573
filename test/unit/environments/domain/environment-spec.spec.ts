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

it('takes a key, and a member of the document in it', () => {
  const of = (pointer: object) => ({ name: 'db', key: 'c.json', ...pointer });
  const values = { A: { secret: of({}) }, B: { import: of({ pointer: '/a~1b/0' }) } };
  expect(environmentSpecSchema.parse({ values }).values).toEqual(values);
});

it.each([
  [{ values: { A: {} } }],
  [{ values: { A: { value: 'x', template: 'y' } } }],
  [{ values: { '1A': { value: 'x' } } }],
  [{ values: { 'A B': { value: 'x' } } }],
  [{ values: { A: { secret: { name: 'db' } } } }],
  [{ values: { A: { secret: { name: 'db', key: 'a/b' } } } }],
  [{ values: { A: { secret: { name: 'db', key: 'a', pointer: 'b' } } } }],
  [{ values: { A: { import: { name: 'db', key: 'a', pointer: '' } } } }],
  [{ values: { A: { value: 'x'.repeat(9_000) } } }],
  [{ imports: ['a', 'a'] }],
  [{ imports: Array.from({ length: 17 }, (_, at) => `e${at}`) }],
  [{ unknown: true }],
])('refuses %#', (spec) => {
  expect(environmentSpecSchema.safeParse(spec).success).toBe(false);
});
