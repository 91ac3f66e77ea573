import { expect, it } from 'vitest';
import { latestManager } from '../../../src/kubernetes/latest-writer.js';

const entry = (manager: string, time: string) => ({ manager, time });

it.each([
  ['none', [], undefined],
  ['something else than a list', 'x', undefined],
  ['the latest', [entry('a', '2026-01-01T00:00:01Z'), entry('b', '2026-01-01T00:00:02Z')], 'b'],
  [
    'of two in a second the one that is not the gateway',
    [entry('a', '2026-01-01T00:00:01Z'), entry('sallyport', '2026-01-01T00:00:01Z')],
    'a',
  ],
  [
    'the same in the other order',
    [entry('sallyport', '2026-01-01T00:00:01Z'), entry('a', '2026-01-01T00:00:01Z')],
    'a',
  ],
])('the last writer: %s', (_, managedFields, expected) => {
  expect(latestManager(managedFields, 'sallyport')).toBe(expected);
});
