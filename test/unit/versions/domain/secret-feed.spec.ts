import { expect, it } from 'vitest';
import { refKey } from '../../../../src/versions/domain/secret-feed.js';

it('Secrets of one name in two namespaces are told apart', () => {
  expect(refKey({ namespace: 'a', name: 'b' })).not.toBe(refKey({ namespace: 'b', name: 'a' }));
});
