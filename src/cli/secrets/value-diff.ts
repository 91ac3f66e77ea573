import type { SecretBytes, SecretValues } from '@sallyport/client';
import { diffLines, hunksOf } from '../output/line-diff.js';

/** Two states of a Secret, and their names. */
export interface ComparedValues {
  readonly from: { readonly name: string; readonly values: SecretValues };
  readonly to: { readonly name: string; readonly values: SecretValues };
}

/** Characters that a terminal can show, tabs, and ends of lines. */
const UNPRINTABLE =
  // oxlint-disable-next-line eslint/no-control-regex -- what is looked for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

/** Returns the differing values as a unified diff: texts by lines, other values by their size. */
export function valueDiff({ from, to }: ComparedValues): readonly string[] {
  const keys = [...new Set([...from.values.keys(), ...to.values.keys()])].toSorted();
  return keys.flatMap((key) => {
    const [before, after] = [from.values.get(key), to.values.get(key)];
    if (before !== undefined && after !== undefined && before.equals(after)) return [];
    return [
      `--- ${key} (${before === undefined ? 'absent' : from.name})`,
      `+++ ${key} (${after === undefined ? 'absent' : to.name})`,
      ...changedLines(before, after),
    ];
  });
}

function changedLines(
  before: SecretBytes | undefined,
  after: SecretBytes | undefined,
): readonly string[] {
  const [from, to] = [textOf(before), textOf(after)];
  if (from === undefined || to === undefined) {
    return [
      ...(before === undefined ? [] : [`-${before.sizeBytes} bytes`]),
      ...(after === undefined ? [] : [`+${after.sizeBytes} bytes`]),
    ];
  }
  const [fromLines, toLines] = [linesOf(from), linesOf(to)];
  const lines = hunksOf(diffLines(fromLines, toLines)).map((line) => {
    return line === undefined ? '@@' : `${line.mark}${line.text.replaceAll('\r', '\\r')}`;
  });
  const isEndOnly = from.endsWith('\n') !== to.endsWith('\n') && before && after;
  return isEndOnly ? [...lines, lineFeedNote(from, to)] : lines;
}

/** Returns a value as text; undefined if a terminal cannot show it. An absent one is empty. */
function textOf(value: SecretBytes | undefined): string | undefined {
  if (value === undefined) return '';
  const bytes = Buffer.from(value.reveal());
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) && !UNPRINTABLE.test(text) ? text : undefined;
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function lineFeedNote(from: string, to: string): string {
  if (from === '' || to === '') return '\\ one value is empty';
  return `\\ the ${to.endsWith('\n') ? 'new' : 'old'} value ends with a line feed`;
}
