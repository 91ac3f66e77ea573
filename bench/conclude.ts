import { heading } from './audit-report.js';
import {
  type BenchName,
  type Figures,
  type Floors,
  floorsOf,
  judge,
  type Verdict,
} from './floors.js';
import { writeResults } from './results.js';
import { table } from './table.js';

export interface BenchRun {
  readonly bench: BenchName;
  readonly figures: Figures;
  /** The part that ran alone; all ran if undefined. */
  readonly only?: string | undefined;
  /** Those of the section of the benchmark if absent. */
  readonly floors?: Floors;
  /** Sizes and durations of the run. */
  readonly terms: object;
  /** Everything else that was measured. */
  readonly details?: object;
  /** Whether the results replace the committed ones. */
  readonly isSaved: boolean;
}

/**
 * Prints how the figures compare with their bounds, and writes the results. The process exits with
 * code 1 if a bound is missed.
 */
export function conclude({
  bench,
  figures,
  only,
  floors,
  terms,
  details,
  isSaved,
}: BenchRun): void {
  const parts = only === undefined ? undefined : [only];
  const verdicts = judge(figures, floors ?? floorsOf(bench), parts);
  if (verdicts.length > 0) {
    heading('what must be reached');
    console.log(verdictsTable(verdicts));
  }
  const path = writeResults({ bench, verdicts, terms, details: details ?? {} }, isSaved);
  console.log(`\nwritten to ${path}`);
  if (verdicts.some(({ state }) => state === 'MISSED')) process.exitCode = 1;
}

/** A line for each figure that has a bound. */
export function verdictsTable(verdicts: readonly Verdict[]): string {
  return table([
    ['', 'measured', 'must', 'aim', ''],
    ...verdicts.map(({ title, figure, unit, bound, aim, state }) => {
      return [title, measured(figure, unit), bound, aim, state];
    }),
  ]);
}

function measured(figure: number, unit: string): string {
  if (Number.isNaN(figure)) return 'not measured';
  return `${figure.toFixed(Number.isInteger(figure) ? 0 : 2)} ${unit}`.trim();
}
