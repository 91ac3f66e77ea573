/** So many bytes at least in each time of this length. */
export interface Pace {
  readonly bytesMin: number;
  readonly everyMs: number;
}

/**
 * The same pieces; throws where they come so slowly that they might never end, which silence alone
 * does not tell. `nowMs` is a clock that never goes back.
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
