/** Entry of the log on its way to a sink. */
export interface SinkEntry {
  readonly leafIndex: number;
  /** The stored event, verbatim. */
  readonly event: Uint8Array;
}

/** Splits entries if a receiver accepts fewer; undefined for a single entry. */
export function halvesOf(
  entries: readonly SinkEntry[],
): readonly [readonly SinkEntry[], readonly SinkEntry[]] | undefined {
  if (entries.length < 2) return undefined;
  const middle = Math.ceil(entries.length / 2);
  return [entries.slice(0, middle), entries.slice(middle)];
}

/** Returns the first entries whose events together fit this many bytes, but at least one. */
export function withinBytes(entries: readonly SinkEntry[], bytesMax: number): readonly SinkEntry[] {
  let bytes = 0;
  const end = entries.findIndex(({ event }, index) => {
    bytes += event.length;
    return index > 0 && bytes > bytesMax;
  });
  return end === -1 ? entries : entries.slice(0, end);
}
