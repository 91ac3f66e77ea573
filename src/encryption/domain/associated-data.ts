import { Buffer } from 'node:buffer';

const LENGTH_BYTES = 4;

/**
 * Encodes a list as bytes, each item after its own length (32 bits, big-endian). Other items never
 * give equal bytes, as they would with a separator. Numbers are decimal text.
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
