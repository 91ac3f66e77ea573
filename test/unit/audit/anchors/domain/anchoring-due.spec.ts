import { expect, it } from 'vitest';
import { isAnchoringDue } from '../../../../../src/audit/anchors/domain/anchoring-due.js';

const rule = { everyMs: 60_000, everyEvents: 100 };

it.each([
  ['nothing new', 10, 10, 0, false],
  ['a smaller log', 9, 10, 0, false],
  ['a first look', 11, 10, undefined, true],
  ['little that is new, soon after', 11, 10, 59_999, false],
  ['little that is new, later', 11, 10, 60_000, true],
  ['much that is new, soon after', 110, 10, 1, true],
] as const)('%s', (_, size, anchoredSize, agoMs, expected) => {
  const nowMs = 1_000_000;
  const lastMs = agoMs === undefined ? undefined : nowMs - agoMs;
  expect(isAnchoringDue(size, { anchoredSize, lastMs }, rule, nowMs)).toBe(expected);
});
