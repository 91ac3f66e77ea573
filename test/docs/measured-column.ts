import { existsSync, readFileSync } from 'node:fs';
import type { Floors, Verdict } from '../../bench/floors.js';

/** What this needs of a file that `npm run bench -- --save` has written. */
export interface SpeedRun {
  /** JSON has null for what could not be measured. */
  readonly figures: readonly (Pick<Verdict, 'id'> & { readonly figure: number | null })[];
}

/** The committed results of `npm run bench`; none where there is no such file. */
export function speedRunsAt(path: string): readonly SpeedRun[] {
  if (!existsSync(path)) return [];
  return [JSON.parse(readFileSync(path, 'utf8')) as SpeedRun];
}

/** By id of the figure: the lowest and the highest of these runs, as the page writes them. */
export function measuredColumn(
  runs: readonly SpeedRun[],
  floors: Floors,
): ReadonlyMap<string, string> {
  const measured = new Map<string, string>();
  for (const [id, { unit }] of Object.entries(floors)) {
    const figures = runs
      .flatMap(({ figures: all }) => all.filter((verdict) => verdict.id === id))
      .flatMap(({ figure }) => figure ?? []);
    if (figures.length === 0) continue;
    const digits = unit === undefined ? 2 : 0;
    const ends = [Math.min(...figures), Math.max(...figures)].map((end) => end.toFixed(digits));
    measured.set(id, [...new Set(ends)].join(' to '));
  }
  return measured;
}
