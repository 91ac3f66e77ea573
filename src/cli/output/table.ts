import type { Terminal } from '../terminal.js';
import { styledOutput } from './style.js';

const GAP = '  ';
const ELLIPSIS = '…';

export type TableTerminal = Pick<
  Terminal,
  'isOutputTerminal' | 'isErrorTerminal' | 'columns' | 'env'
>;

/**
 * Returns rows as columns of equal width. On a terminal, a line is cut to its width: the last
 * column gets what is left.
 */
export function tableOf(
  header: readonly string[] | undefined,
  rows: readonly (readonly string[])[],
  terminal: TableTerminal,
): string {
  const { isOutputTerminal, columns } = terminal;
  const lines = (header === undefined ? rows : [header, ...rows]).map((row) => row.map(printable));
  const widths = lines.reduce<number[]>((known, row) => {
    return row.map((cell, index) => Math.max(cell.length, known[index] ?? 0));
  }, []);
  const text = (row: readonly string[]): string => {
    const cells = row.map((cell, index) => cell.padEnd(widths[index] ?? 0));
    const line = cells.join(GAP).trimEnd();
    const isLong = isOutputTerminal && line.length > columns;
    return isLong ? line.slice(0, Math.max(columns - 1, 0)) + ELLIPSIS : line;
  };
  return lines
    .map((row, index) => {
      const isHeader = header !== undefined && index === 0;
      return `${isHeader ? styledOutput('bold', text(row), terminal) : text(row)}\n`;
    })
    .join('');
}

/** Replaces control characters, which would move the cursor or write to the clipboard. */
export function printable(text: string): string {
  // oxlint-disable-next-line eslint/no-control-regex -- what is replaced
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, '�');
}
