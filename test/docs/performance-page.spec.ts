import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Floors, floorsOf, judge } from '../../bench/floors.js';
import { measuredColumn, speedRunsAt } from './measured-column.js';

const page = readFileSync('docs/performance.md', 'utf8');
/** The sections that `npm run bench` compares with. */
const floors = { ...floorsOf('speed'), ...floorsOf('growth') };

/**
 * Figures of the page whose results were not committed, as they were written when this test came.
 * Entries only go away: with results in bench/results/speed.json.
 */
const withoutResults: ReadonlyMap<string, string> = new Map([
  ['cachedToOpenBao', '1.36 to 1.81'],
  ['cachedToApiServer', '2.25 to 2.88'],
  ['cachedP99ToLower', '0.36 to 0.67'],
  ['cachedToBare', '0.28 to 0.36'],
  ['strongToApiServer', '0.41 to 0.51'],
  ['patchThroughToDirect', '0.37 to 0.57'],
  ['manyToFewSecrets', '0.93'],
  ['memoryOf10kSecretsMb', '56'],
  ['changeTo1000StreamsP99Ms', '49'],
  ['eventLoopDelayP99Ms', '15 to 18'],
]);

interface Row {
  readonly title: string;
  readonly measured: string;
  readonly bounds: string;
}

/** The rows of the table of what must be reached. */
function rowsOfPage(): readonly Row[] {
  const rows = page.matchAll(/^\| (.+) \| ([^|]+) \| ([≤≥] [^|]+) \| ([≤≥] [^|]+) \|$/gm);
  return [...rows].map(([, title = '', measured = '', bound = '', aim = '']) => {
    return { title, measured, bounds: `${bound}, ${aim}` };
  });
}

describe('docs/performance.md', () => {
  const figures = Object.fromEntries(Object.keys(floors).map((id) => [id, 0]));
  const known = judge(figures, floors).map(({ id, title, unit, bound, aim }) => {
    const named = [title, unit].filter((part) => part !== '').join(', ');
    return { id, title: named, bounds: `${bound}, ${aim}` };
  });

  it('names the floors and aims that the benchmark holds the gateway to', () => {
    const shown = rowsOfPage().map(({ title, bounds }) => ({ title, bounds }));
    expect(shown).toEqual(known.map(({ title, bounds }) => ({ title, bounds })));
  });

  it('shows what committed results show, and no other figure', () => {
    const measured = measuredColumn(speedRunsAt('bench/results/speed.json'), floors);
    const supported = new Map([...withoutResults, ...measured]);
    expect(rowsOfPage().map(({ title, measured: shown }) => [title, shown])).toEqual(
      known.map(({ id, title }) => [title, supported.get(id)]),
    );
    expect([...withoutResults.keys()].filter((id) => measured.has(id))).toEqual([]);
  });
});

describe('the measured column', () => {
  const some: Floors = {
    ratio: { title: 'a ÷ b', floor: 4, aim: 6 },
    delay: { title: 'delay', unit: 'ms', ceiling: 50, aim: 20 },
  };
  const run = (ratio: number | null, delay: number | null) => {
    return {
      figures: [
        { id: 'ratio', figure: ratio },
        { id: 'delay', figure: delay },
      ],
    };
  };

  it('is the lowest and the highest of all runs, rounded', () => {
    const runs = [run(4.256, 17.6), run(5, 12.4), run(4.9, 15)];
    expect([...measuredColumn(runs, some)]).toEqual([
      ['ratio', '4.26 to 5.00'],
      ['delay', '12 to 18'],
    ]);
  });

  it('is one figure where these are alike, and none where nothing was measured', () => {
    expect([...measuredColumn([run(4.251, null), run(4.249, null)], some)]).toEqual([
      ['ratio', '4.25'],
    ]);
    expect([...measuredColumn([], some)]).toEqual([]);
  });
});
