import { goQuote } from '../authz/go-quote.js';

type Element = readonly [layout: string, pattern: RegExp];

const date: readonly Element[] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d\d/],
  ['-', /^-/],
  ['02', /^\d\d/],
  ['T', /^T/],
  ['15', /^\d\d/],
  [':', /^:/],
  ['04', /^\d\d/],
  [':', /^:/],
];
const zone: Element = ['Z07:00', /^(?:Z|[+-]\d\d:\d\d)/];
const rfc3339: readonly Element[] = [...date, ['05', /^\d\d(?:[.,]\d+)?/], zone];
const rfc3339Micro: readonly Element[] = [...date, ['05', /^\d\d/], ['.000000', /^\.\d{6}/], zone];
const rangeNames: readonly (readonly [name: string, at: number, least: number, most: number])[] = [
  ['month', 2, 1, 12],
  ['day', 4, 1, 31],
  ['hour', 6, 0, 23],
  ['minute', 8, 0, 59],
  ['second', 10, 0, 59],
];

/** Error of an invalid time, in the words of Go's `time.Parse`. */
export class TimeSyntaxError extends Error {
  override readonly name = 'TimeSyntaxError';
}

/**
 * Returns a `metav1.Time` (or MicroTime) as encoded again: UTC, whole seconds (or microseconds).
 * Throws TimeSyntaxError.
 */
export function canonicalTime(text: string, isMicro: boolean): string {
  const layout = isMicro ? rfc3339Micro : rfc3339;
  const parts = split(text, layout);
  checkRanges(text, parts);
  const zoneText = parts.at(-1) ?? 'Z';
  const whole = `${parts.slice(0, 10).join('')}${(parts[10] ?? '').slice(0, 2)}`;
  const isRolledOver = new Date(`${whole}Z`).getUTCDate() !== Number(parts[4]);
  if (isRolledOver) throw outOfRange(text, 'day');
  const instant = new Date(`${whole}${zoneText}`);
  if (Number.isNaN(instant.getTime())) throw outOfRange(text, 'time zone offset hour');
  const seconds = instant.toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length);
  return `${seconds}${isMicro ? (parts[11] ?? '') : ''}Z`;
}

function checkRanges(text: string, parts: readonly string[]): void {
  for (const [name, at, least, most] of rangeNames) {
    const value = Number.parseInt(parts[at] ?? '', 10);
    if (value < least || value > most) throw outOfRange(text, name);
  }
}

function split(text: string, layout: readonly Element[]): readonly string[] {
  const layoutText = layout.map(([element]) => element).join('');
  const parts: string[] = [];
  let rest = text;
  for (const [element, pattern] of layout) {
    const found = pattern.exec(rest)?.[0];
    if (found === undefined) {
      const what = `cannot parse ${goQuote(rest)} as ${goQuote(element)}`;
      throw new TimeSyntaxError(`parsing time ${goQuote(text)} as "${layoutText}": ${what}`);
    }
    parts.push(found);
    rest = rest.slice(found.length);
  }
  if (rest !== '') {
    throw new TimeSyntaxError(`parsing time ${goQuote(text)}: extra text: ${goQuote(rest)}`);
  }
  return parts;
}

function outOfRange(text: string, name: string): TimeSyntaxError {
  return new TimeSyntaxError(`parsing time ${goQuote(text)}: ${name} out of range`);
}
