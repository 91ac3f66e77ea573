/** Bytes with a meaning in JSON outside its strings (RFC 8259, section 2), and in them. */
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const BACKSLASH = 0x5c;
export const OPEN_LIST = 0x5b;
export const CLOSE_LIST = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;

/** Returns the closing quote of the string that opens at `start`; -1 if there is none. */
export function jsonStringEnd(bytes: Buffer, start: number): number {
  // Byte by byte: most strings are short.
  for (let at = start + 1; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  return -1;
}
