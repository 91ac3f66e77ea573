import { expect, it } from 'vitest';
import { belongsTo } from '../../../../src/versions/domain/belongs-to.js';

const namespace = { createdAt: '2026-01-02T00:00:10Z', resourceVersion: '500' };

it.each([
  ['made after it', '2026-01-02T00:00:11Z', '400', true],
  ['made in the same second', '2026-01-02T00:00:10Z', '400', true],
  ['made before it and not seen since', '2026-01-02T00:00:09Z', '400', false],
  ['made before it by a clock that is behind', '2026-01-02T00:00:09Z', '501', true],
])('a Secret %s', (_, createdAt, resourceVersion, expected) => {
  expect(belongsTo({ createdAt, resourceVersion }, namespace)).toBe(expected);
});
