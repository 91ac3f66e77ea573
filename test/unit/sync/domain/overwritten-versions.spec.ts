import { expect, it } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import {
  namedVersions,
  overwrittenVersionsOf,
} from '../../../../src/sync/domain/overwritten-versions.js';

const { statusOverwrittenMax, statusVersionCharactersMax } = syncLimits;
const many = Array.from({ length: statusOverwrittenMax + 2 }, (_, index) => `v${index}`);

it('a status has the number of overwritten versions, and some of them', () => {
  const nowMs = Date.parse('2026-01-02T03:04:05Z');
  expect(overwrittenVersionsOf([], nowMs)).toBeUndefined();
  expect(overwrittenVersionsOf(many, nowMs)).toEqual({
    ...{ time: '2026-01-02T03:04:05.000Z', count: many.length },
    versions: many.slice(0, statusOverwrittenMax),
  });
});

it('a version of a store has a bound, as the status has', () => {
  const [version = ''] = overwrittenVersionsOf(['x'.repeat(1_000)], 0)?.versions ?? [];
  expect(version).toHaveLength(statusVersionCharactersMax);
});

it('a sentence names some versions, and how many others there are', () => {
  expect(namedVersions(['a', 'b'])).toBe('a, b');
  expect(namedVersions(many)).toMatch(/^v0, .*v9 and 2 more$/);
});
