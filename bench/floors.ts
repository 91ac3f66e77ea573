/** What a figure must reach, as it stands in `floors.json`; a bound is a floor or a ceiling. */
export interface Floor {
  readonly title: string;
  /** Of the figure; a ratio without it. */
  readonly unit?: string;
  readonly floor?: number;
  readonly ceiling?: number;
  readonly aim: number;
}

export type Floors = Readonly<Record<string, Floor>>;

export interface Verdict {
  readonly id: string;
  readonly title: string;
  readonly figure: number;
  readonly unit: string;
  /** With its direction: `≥ 4`. */
  readonly bound: string;
  readonly aim: string;
  readonly state: 'aim reached' | 'reached' | 'MISSED';
}

/** Compares what was measured with the floors; throws for a figure that has none. */
export function judge(figures: Readonly<Record<string, number>>, floors: Floors): Verdict[] {
  return Object.entries(figures).map(([id, figure]) => {
    const known = floors[id];
    if (known === undefined) throw new Error(`floors.json has no ${id}`);
    return verdictOf(id, figure, known);
  });
}

function verdictOf(id: string, figure: number, known: Floor): Verdict {
  const { title, unit = '', floor, ceiling, aim } = known;
  const bound = floor ?? ceiling;
  if (bound === undefined) throw new Error(`floors.json has neither floor nor ceiling for ${id}`);
  const sign = floor === undefined ? '≤' : '≥';
  // What could not be measured, a NaN, is no success.
  const reaches = (limit: number): boolean => {
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
