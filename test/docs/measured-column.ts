import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Floors, Verdict } from '../../bench/floors.js';

/** What this needs of a file that `npm run bench` has written. */
export interface SpeedRun {
  /** JSON has null for what could not be measured. */
  readonly verdicts: readonly (Pick<Verdict, 'id'> & { readonly figure: number | null })[];
}

/** The results of `npm run bench` in a folder; none where there is no such folder. */
export function speedRunsIn(folder: string): readonly SpeedRun[] {
  return namesIn(folder)
    .filter((name) => name.endsWith('-speed.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as SpeedRun);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** By id of the figure: the lowest and the highest of these runs, as the page writes them. */
export function measuredColumn(
  runs: readonly SpeedRun[],
  floors: Floors,
): ReadonlyMap<string, string> {
  const measured = new Map<string, string>();
  for (const [id, { unit }] of Object.entries(floors)) {
    const figures = runs
      .flatMap(({ verdicts }) => verdicts.filter((verdict) => verdict.id === id))
      .flatMap(({ figure }) => figure ?? []);
    if (figures.length === 0) continue;
    const digits = unit === undefined ? 2 : 0;
    const ends = [Math.min(...figures), Math.max(...figures)].map((end) => end.toFixed(digits));
    measured.set(id, [...new Set(ends)].join(' to '));
  }
  return measured;
}
