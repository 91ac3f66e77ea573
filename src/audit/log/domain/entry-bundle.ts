import { Buffer } from 'node:buffer';

/** Two bytes store an entry's length. */
export const ENTRY_BYTES_MAX = 65_535;
const LENGTH_BYTES = 2;

/**
 * Encodes entries as a bundle, each after its length. Throws RangeError for an entry that is too
 * long. https://c2sp.org/tlog-tiles#log-entries
 */
export function encodeBundle(entries: readonly Uint8Array[]): Buffer {
  const parts = entries.flatMap((entry) => {
    if (entry.length > ENTRY_BYTES_MAX) throw new RangeError('the entry fits into no bundle');
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt16BE(entry.length);
    return [length, entry];
  });
  return Buffer.concat(parts);
}

/** Returns the entries of a bundle, as views on it; undefined if it is cut. */
export function parseBundle(bundle: Uint8Array): readonly Uint8Array[] | undefined {
  const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.length);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + LENGTH_BYTES > bytes.length) return undefined;
    const start = at + LENGTH_BYTES;
    at = start + bytes.readUInt16BE(at);
    if (at > bytes.length) return undefined;
    entries.push(bytes.subarray(start, at));
  }
  return entries;
}
