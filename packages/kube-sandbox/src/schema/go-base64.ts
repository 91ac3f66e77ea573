import { Buffer } from 'node:buffer';

const wellFormed = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const alphabet = /^[A-Za-z0-9+/]$/;
const padding = '=';

/** Error with the offset, as from Go's decoder, but never with the text. */
export class Base64SyntaxError extends Error {
  override readonly name = 'Base64SyntaxError';

  constructor(offset: number) {
    super(`illegal base64 data at input byte ${offset}`);
  }
}

/**
 * Returns base64 as Go encodes it again: without line breaks and stray bits. Throws
 * Base64SyntaxError for what Go refuses:
 * https://pkg.go.dev/encoding/base64
 */
export function canonicalBase64(text: string): string {
  const packed = text.replace(/[\r\n]/g, '');
  if (!wellFormed.test(packed)) throw new Base64SyntaxError(badOffset(text));
  return Buffer.from(packed, 'base64').toString('base64');
}

/** Returns the offset at which Go stops: a wrong character, or an incomplete quantum. */
function badOffset(text: string): number {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  let inQuantum = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const character = bytes.charAt(at);
    if (character === '\r' || character === '\n') continue;
    if (!alphabet.test(character)) {
      const isPadding = character === padding && inQuantum >= 2;
      return isPadding ? afterPadding(bytes, at + 1, inQuantum) : at;
    }
    inQuantum = (inQuantum + 1) % 4;
  }
  return bytes.length - inQuantum;
}

function afterPadding(bytes: string, from: number, inQuantum: number): number {
  let at = skipBreaks(bytes, from);
  if (inQuantum === 2) {
    if (at >= bytes.length) return bytes.length;
    if (bytes[at] !== padding) return at - 1;
    at = skipBreaks(bytes, at + 1);
  }
  return at;
}

function skipBreaks(bytes: string, from: number): number {
  let at = from;
  while (bytes[at] === '\r' || bytes[at] === '\n') at += 1;
  return at;
}
