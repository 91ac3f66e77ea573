/** Minimum number of bytes in each period of this length. */
export interface Pace {
  readonly bytesMin: number;
  readonly everyMs: number;
}

/**
 * Passes pieces on; throws if they come so slowly that they might never end, which a silence limit
 * does not detect. `nowMs` is a monotonic clock.
 */
export async function* paced(
  pieces: AsyncIterable<Uint8Array>,
  { bytesMin, everyMs }: Pace,
  nowMs: () => number = () => performance.now(),
): AsyncGenerator<Uint8Array> {
  let sinceMs = nowMs();
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (nowMs() - sinceMs >= everyMs) {
      if (bytes < bytesMin) throw new Error(`only ${bytes} bytes came in ${everyMs / 1_000} s`);
      [sinceMs, bytes] = [nowMs(), 0];
    }
    yield piece;
  }
}
