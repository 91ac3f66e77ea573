import { Buffer } from 'node:buffer';

const LENGTH_BYTES = 4;

/**
 * A list as bytes, each item behind its own length (32 bits, big-endian): other items never give
 * the same bytes, as they would with a separator. Numbers are decimal text.
 */
export function associatedData(items: readonly (string | number)[]): Buffer {
  const pieces = items.flatMap((item) => {
    const bytes = Buffer.from(String(item), 'utf8');
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return Buffer.concat(pieces);
}
