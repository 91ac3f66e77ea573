import { expect, it } from 'vitest';
import { objectId } from '../../../../src/platform/graphql/object-id.js';

it('ids of objects differ by type and by each name', () => {
  const ids = [
    objectId('Secret', 'pay', 'db'),
    objectId('SecretSummary', 'pay', 'db'),
    objectId('Secret', 'pay', 'db', '3'),
    objectId('Secret', 'paydb', ''),
    objectId('Secret', 'pay"', 'db'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

it('an object has the same id each time', () => {
  expect(objectId('Secret', 'pay', 'db')).toBe(objectId('Secret', 'pay', 'db'));
});
