/** Numbers of processes or gateways that are measured. */
export const replicaCounts = [1, 2, 3, 6] as const;

export interface ReplicasTerms {
  readonly seconds: number;
  readonly rounds: number;
  /** Callers at once, of each process or gateway. */
  readonly callers: number;
}

/** Returns the run with the median speed of all runs with so many replicas. */
export function middleRun<Run extends { readonly replicas: number; readonly perSecond: number }>(
  runs: readonly Run[],
  replicas: number,
): Run {
  const sorted = runs
    .filter((run) => run.replicas === replicas)
    .toSorted((one, other) => one.perSecond - other.perSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error(`no run with ${replicas} replicas`);
  return middle;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
