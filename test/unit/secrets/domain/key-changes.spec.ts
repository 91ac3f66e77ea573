import { expect, test } from 'vitest';
import { isUnchanged, keyChanges } from '../../../../src/secrets/domain/key-changes.js';
import { values } from './secret.builder.js';

test('names keys by what happened to their bytes, sorted', () => {
  const changes = keyChanges(values({ z: '1', b: '1', a: '1' }), values({ a: '1', b: '2', c: '' }));
  expect(changes).toEqual({ added: ['c'], changed: ['b'], removed: ['z'] });
  expect(isUnchanged(changes)).toBe(false);
  expect(isUnchanged(keyChanges(values({ a: '1' }), values({ a: '1' })))).toBe(true);
});
