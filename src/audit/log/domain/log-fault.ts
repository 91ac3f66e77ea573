/** What is wrong, and between which indexes the first bad entry lies: one, where they are equal. */
export interface LogFault {
  readonly reason: string;
  readonly from: number;
  readonly to: number;
}

/** The first of two, as exactly as the other knows it. */
export function earlierFault(
  one: LogFault | undefined,
  other: LogFault | undefined,
): LogFault | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const isWithin = one.from <= other.from && other.to <= one.to;
  if (isWithin) return { ...one, from: other.from, to: other.to };
  return one.from <= other.from ? one : other;
}
