import { expect, it } from 'vitest';
import { violation } from '../../../../src/schemas/domain/violation.js';

it('is at a key, whatever its name is, or at all data', () => {
  const error = { pointer: '/data/a~1b', reason: 'is wrong' };
  expect(violation(['a/b', 'c'], 'a/b', 'is wrong')).toEqual({ keys: ['a/b', 'c'], error });
  expect(violation(undefined, undefined, 'is wrong').error.pointer).toBe('/data');
});
