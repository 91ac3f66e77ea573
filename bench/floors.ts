import { readFileSync } from 'node:fs';

/** Bounds of one figure, from `floors.json`; the bound is a floor or a ceiling. */
export interface Floor {
  readonly title: string;
  /** Of the figure; a ratio or a count without it. */
  readonly unit?: string;
  /** Part of the benchmark that measures it, as `--only` names it; absent if there are no parts. */
  readonly part?: string;
  readonly floor?: number;
  readonly ceiling?: number;
  readonly aim: number;
}

export type Floors = Readonly<Record<string, Floor>>;

/** What was measured, by the ids of `floors.json`. */
export type Figures = Readonly<Record<string, number>>;

const benches = [
  ...(['speed', 'growth', 'audit', 'versions', 'rotation', 'kubectl', 'sandbox'] as const),
  ...(['sharing', 'copies', 'schemas', 'rows', 'abuse', 'client', 'sync', 'replicas'] as const),
] as const;

/** A benchmark, which has a section in `floors.json`. */
export type BenchName = (typeof benches)[number];

export interface Verdict {
  readonly id: string;
  readonly title: string;
  /** NaN if it was not measured. */
  readonly figure: number;
  readonly unit: string;
  /** With its direction: `≥ 4`. */
  readonly bound: string;
  readonly aim: string;
  readonly state: 'aim reached' | 'reached' | 'MISSED';
}

const all = JSON.parse(readFileSync(new URL('floors.json', import.meta.url), 'utf8')) as Readonly<
  Record<BenchName, Floors>
>;

export function floorsOf(bench: BenchName): Floors {
  return all[bench];
}

/**
 * Returns figures that have a bound, by their ids in the section of a benchmark; throws for an
 * unknown id. A test finds the ids here: they must be the names of a literal object.
 */
export function bounded<Id extends string>(
  bench: BenchName,
  figures: Readonly<Record<Id, number>>,
): Readonly<Record<Id, number>> {
  refuseUnknown(figures, floorsOf(bench));
  return figures;
}

/** The figures of several parts of a benchmark as one. */
export function merged(parts: readonly Figures[]): Figures {
  return Object.fromEntries(parts.flatMap((figures) => Object.entries(figures)));
}

/**
 * Compares figures with their bounds. A figure that was not measured is missed, unless the part
 * that measures it did not run. Throws for a figure without bounds.
 * @param parts that ran; all of them if undefined.
 */
export function judge(figures: Figures, floors: Floors, parts?: readonly string[]): Verdict[] {
  refuseUnknown(figures, floors);
  const isDue = (id: string, part: string | undefined): boolean => {
    const hasRun = parts === undefined || part === undefined || parts.includes(part);
    return hasRun || figures[id] !== undefined;
  };
  return Object.entries(floors)
    .filter(([id, { part }]) => isDue(id, part))
    .map(([id, floor]) => verdictOf(id, figures[id] ?? NaN, floor));
}

function refuseUnknown(figures: Figures, floors: Floors): void {
  const unknown = Object.keys(figures).find((id) => floors[id] === undefined);
  if (unknown !== undefined) throw new Error(`floors.json has no ${unknown}`);
}

function verdictOf(id: string, figure: number, known: Floor): Verdict {
  const { title, unit = '', floor, ceiling, aim } = known;
  const bound = floor ?? ceiling;
  if (bound === undefined) throw new Error(`floors.json has neither floor nor ceiling for ${id}`);
  const sign = floor === undefined ? '≤' : '≥';
  const reaches = (limit: number): boolean => {
    // NaN and infinity are not measurements.
    if (!Number.isFinite(figure)) return false;
    return floor === undefined ? figure <= limit : figure >= limit;
  };
  const kept = reaches(bound) ? 'reached' : 'MISSED';
  return {
    ...{ id, title, figure, unit },
    bound: `${sign} ${bound}`,
    aim: `${sign} ${aim}`,
    state: reaches(aim) ? 'aim reached' : kept,
  };
}
