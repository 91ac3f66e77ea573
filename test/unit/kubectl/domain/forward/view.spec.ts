import { describe, expect, test } from 'vitest';
import { viewedObject } from '../../../../../src/kubectl/domain/forward/view.js';
import { marker } from '../../../secrets/domain/secret.builder.js';
import { applied, row, secret, viewOf } from './answers.builder.js';

const shown = { namespace: 'shop', name: 'a', keys: ['password'] };

describe('a view with values', () => {
  const view = viewOf(['a']);

  test('leaves what it shows as it is', () => {
    for (const object of [secret('a'), row(secret('a'))]) {
      expect(viewedObject(object, view)).toEqual({ left: object, shown });
      expect(viewedObject(object, view)?.left).toBe(object);
    }
  });

  test.each([
    ['of another name', secret('b')],
    ['of another namespace', { metadata: { name: 'a', namespace: 'other' } }],
    ['in a row of another name', row(secret('b'))],
    ['without a name', { metadata: { namespace: 'shop' } }],
    ['that no row names', row(null)],
    ['that is no Secret', { ...secret('a'), kind: 'ConfigMap' }],
    ['that is nothing', null],
  ])('leaves nothing of an object %s', (_, object) => {
    expect(viewedObject(object, view)).toBeUndefined();
  });
});

test('a view without values takes them out and tells no keys', () => {
  const view = viewOf(['a'], false);
  const holding = [secret('a'), row(secret('a')), applied('a', { data: { x: marker } })];
  for (const object of holding) {
    const viewed = viewedObject(object, view);
    expect(JSON.stringify(viewed?.left)).not.toContain(marker);
    expect(viewed?.shown).toEqual({ ...shown, keys: [] });
  }
  expect(viewedObject(secret('b'), view)).toBeUndefined();
});
