import { Buffer } from 'node:buffer';

/** Gateway token, whole or cut, that a client has put into a path or a header. */
const OWN_TOKEN = /sp_[0-9A-Za-z]{16}_\w+/g;
/** The beginning of all gateway tokens: nearly no other text has it. */
const TOKEN_BEGIN = 'sp_';
/** End of a cut text. */
const CUT_MARK = '…';

/** Returns at most this many characters, without half characters or tokens. */
export function boundedText(text: string, charactersMax: number): string {
  return withoutTokens(text).slice(0, charactersMax).toWellFormed();
}

/** Limits a text in bytes of UTF-8; a cut text ends in an ellipsis, which counts. */
export function cutText(text: string, bytesMax: number): { text: string; isCut: boolean } {
  const shown = withoutTokens(text).toWellFormed();
  // No character has more bytes of UTF-8 than this.
  if (shown.length * 3 <= bytesMax || Buffer.byteLength(shown) <= bytesMax) {
    return { text: shown, isCut: false };
  }
  const begin = Buffer.from(shown.slice(0, bytesMax));
  let end = bytesMax - Buffer.byteLength(CUT_MARK);
  while (isWithinCharacter(begin[end])) end -= 1;
  return { text: `${begin.toString('utf8', 0, end)}${CUT_MARK}`, isCut: true };
}

function withoutTokens(text: string): string {
  return text.includes(TOKEN_BEGIN) ? text.replaceAll(OWN_TOKEN, 'sp_[secret]') : text;
}

/** Reports whether a byte of UTF-8 continues a character. */
function isWithinCharacter(byte = 0): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Returns the first values whose JSON together stays within this many bytes. */
export function boundedList(values: readonly string[], jsonBytesMax: number): readonly string[] {
  let bytes = 0;
  const end = values.findIndex((value) => {
    bytes += jsonBytes(value) + 1;
    return bytes > jsonBytesMax;
  });
  return end === -1 ? values : values.slice(0, end);
}

/** Returns the first members whose JSON together stays within this many bytes. */
export function boundedExtra(
  extra: Readonly<Record<string, readonly string[]>>,
  jsonBytesMax: number,
): Readonly<Record<string, readonly string[]>> {
  let bytes = 0;
  const kept = Object.entries(extra).filter(([key, values]) => {
    bytes += jsonBytes(key) + jsonBytes(values) + 2;
    return bytes <= jsonBytesMax;
  });
  return Object.fromEntries(kept);
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}
