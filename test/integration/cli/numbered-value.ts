const LENGTH = 20_000;

/** Returns a value that has its number at both ends. */
export function numberedValue(number: number): string {
  return `${number}:${'x'.repeat(LENGTH)}:${number}\n`;
}

/** Returns a content that has the value this often. */
export function contentOf(number: number, copies: number): string {
  return numberedValue(number).repeat(copies);
}
