import { expect, it } from 'vitest';
import { namedKeys } from '../../../../src/admission/domain/named-keys.js';

it('names each key of a Secret once, sorted', () => {
  const pointers = ['/data/b', '/data/a~1b', '/data/b', '/data', '/annotations/x', 'data'];
  const errors = pointers.map((pointer) => ({ pointer, reason: 'is wrong' }));
  expect(namedKeys(errors)).toEqual(['a/b', 'b']);
});

it('names few of many keys', () => {
  const errors = Array.from({ length: 100 }, (_, index) => {
    return { pointer: `/data/key-${index}`, reason: 'is wrong' };
  });
  expect(namedKeys(errors)).toHaveLength(8);
});
