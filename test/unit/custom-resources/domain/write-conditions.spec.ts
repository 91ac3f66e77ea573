import { expect, it } from 'vitest';
import { writeConditions } from '../../../../src/custom-resources/domain/write-conditions.js';

it('preconditions are tags of the present spec, or that there is none', () => {
  expect(writeConditions('PUT', {})).toEqual({ ifMatch: undefined, ifNoneMatch: undefined });
  expect(writeConditions('DELETE', { 'if-match': '"u.1"' }).ifMatch).toEqual(['"u.1"']);
  expect(writeConditions('PUT', { 'if-none-match': ' * ' }).ifNoneMatch).toBe('*');
});

it.each([
  ['PUT', '"u.1"'],
  ['DELETE', '*'],
])('If-None-Match without a meaning is refused: %s %s', (method, tag) => {
  expect(() => writeConditions(method, { 'if-none-match': tag })).toThrow('belongs to a PUT');
});
