export interface BackoffBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait after the n-th failure in a row (from 1): doubling, between half of it and all,
 * so that many do not come back at once. `random` is from 0 up to 1.
 */
export function backoffMs(failures: number, bounds: BackoffBounds, random: number): number {
  const wholeMs = Math.min(bounds.maxMs, bounds.minMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(wholeMs * (0.5 + random / 2));
}
