import { describe, expect, it } from 'vitest';

import { areas } from './all-scenarios.js';
import { knownDifferences } from './known-differences.js';

describe('the conformance suite', () => {
  it('gives each scenario and each known difference a name of its own', () => {
    const titles = Object.values(areas).flatMap((area) => area.map(({ title }) => title));
    expect(titles).toEqual([...new Set(titles)]);
    const ids = knownDifferences.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });
});
