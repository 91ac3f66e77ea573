import { expect, it } from 'vitest';
import { noPins, parsePins, pinsAfter } from '../../../../src/shares/domain/share-pins.js';

const use = { secretUID: 's', namespace: 'shop', namespaceUID: 'n', nowMs: 1_000 };
const after = { secretUID: 's', consumers: { shop: { namespaceUID: 'n', sinceMs: 1_000 } } };

it('the first use records the Secret, the namespace, and when', () => {
  expect(pinsAfter(noPins, use)).toEqual(after);
});

it('a later use changes nothing', () => {
  expect(pinsAfter(after, { ...use, nowMs: 2_000 })).toBe(after);
});

it('a use by another namespace keeps the first', () => {
  const both = pinsAfter(after, { ...use, namespace: 'web', namespaceUID: 'w', nowMs: 2_000 });
  expect(both.consumers).toEqual({
    ...after.consumers,
    web: { namespaceUID: 'w', sinceMs: 2_000 },
  });
});

it('a Secret that is followed is recorded, and its consumers keep their time', () => {
  const followed = pinsAfter(after, { ...use, secretUID: 't', nowMs: 2_000 });
  expect(followed).toEqual({ ...after, secretUID: 't' });
});

it('recorded facts are read as they were, and other facts are refused', () => {
  expect(parsePins({ ...after })).toEqual(after);
  expect(parsePins(null)).toBe(noPins);
  expect(() => parsePins({ consumers: { shop: 'n' } })).toThrow('expected object');
});
