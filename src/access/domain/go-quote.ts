const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u000b': '\\v',
};
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Implements Go's `strconv.IsPrint` and `unicode.IsPrint`, for one character. */
export function isPrintable(character: string): boolean {
  return PRINTABLE.test(character);
}

/** Quotes like `%q` of Go: the API server quotes names in its messages so. */
export function goQuote(text: string): string {
  let quoted = '';
  for (const character of text) quoted += goEscape(character);
  return `"${quoted}"`;
}

function goEscape(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  if (isPrintable(character)) return character;
  // A character of a string has a code point.
  const codePoint = character.codePointAt(0) as number;
  if (codePoint < 0x20 || codePoint === 0x7f) return `\\x${hex(codePoint, 2)}`;
  return codePoint > 0xffff ? `\\U${hex(codePoint, 8)}` : `\\u${hex(codePoint, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
