export interface BackoffBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Returns how long to wait after the n-th consecutive failure (from 1). It doubles, between half
 * and all of it, so that many do not retry together. `random` is from 0 up to 1.
 */
export function backoffMs(failures: number, bounds: BackoffBounds, random: number): number {
  const wholeMs = Math.min(bounds.maxMs, bounds.minMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(wholeMs * (0.5 + random / 2));
}
