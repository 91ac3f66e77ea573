/**
 * Returns the position of a part of an expression as `line 2, column 3: `, counted from 1 in
 * characters as JavaScript has them; empty if the position is not known.
 */
export function positionOf(range: { readonly start: number } | undefined, source: string): string {
  if (range === undefined) return '';
  const lines = source.slice(0, range.start).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}: `;
}
