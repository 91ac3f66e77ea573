/** Problem, and the indexes between which the first bad entry is: one entry, if they are equal. */
export interface LogFault {
  readonly reason: string;
  readonly from: number;
  readonly to: number;
}

/** Returns the first of two faults, as exactly as the other fault locates it. */
export function earlierFault(
  one: LogFault | undefined,
  other: LogFault | undefined,
): LogFault | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const isWithin = one.from <= other.from && other.to <= one.to;
  if (isWithin) return { ...one, from: other.from, to: other.to };
  return one.from <= other.from ? one : other;
}
