import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { floorsOf, judge } from '../../bench/floors.js';

const page = readFileSync('docs/performance.md', 'utf8');
/** The sections that `npm run bench` compares with. */
const floors = { ...floorsOf('speed'), ...floorsOf('growth') };

/** The rows of the table of what must be reached, without what was measured. */
function rowsOfPage(): readonly string[] {
  const rows = page.matchAll(/^\| (.+) \| [^|]+ \| ([≤≥] [^|]+) \| ([≤≥] [^|]+) \|$/gm);
  return [...rows].map(([, title, bound, aim]) => `${title}: ${bound}, ${aim}`);
}

describe('docs/performance.md', () => {
  it('names the floors and aims that the benchmark holds the gateway to', () => {
    const figures = Object.fromEntries(Object.keys(floors).map((id) => [id, 0]));
    const kept = judge(figures, floors).map(({ title, unit, bound, aim }) => {
      return `${[title, unit].filter((part) => part !== '').join(', ')}: ${bound}, ${aim}`;
    });
    expect(rowsOfPage()).toEqual(kept);
  });
});
