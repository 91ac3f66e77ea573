import { Buffer } from 'node:buffer';

/** A record in an anchor file that has the form of a checkpoint; nothing is verified yet. */
export interface FoundRecord {
  readonly at: number;
  readonly length: number;
  readonly size: number;
  /** Its bytes, each as one character. */
  readonly record: string;
}

// In the encoding that has one character for each byte.
const DASH = String.raw`\xe2\x80\x94`;
const SIZE = String.raw`(0|[1-9]\d{0,15})`;
const ROOT = '[A-Za-z0-9+/]{43}=';
const BRANCH = String.raw`(?:sallyport\.dev/branch [0-9a-f]{64}\n)?`;
const SIGNATURE = '[A-Za-z0-9+/]{91}=';

/** A checkpoint as it stands in an anchor file: its note and an empty line. */
export function anchorRecord(note: string): string {
  return `${note}\n`;
}

/** What closes off a record that a crash has cut, so that the next one stands by itself. */
export function closingOf(tail: string): string {
  if (tail === '' || tail.endsWith('\n\n')) return '';
  return tail.endsWith('\n') ? '\n' : '\n\n';
}

/** The whole records of a log in bytes of an anchor file, in order; `at` counts from `from`. */
export function recordsIn(bytes: Buffer, origin: string, from = 0): readonly FoundRecord[] {
  const text = bytes.toString('latin1');
  return [...text.matchAll(recordPattern(origin))].map((match) => {
    const [record, size = ''] = match;
    return { at: from + match.index, length: record.length, size: Number(size), record };
  });
}

/** The note of a record. */
export function noteIn({ record }: Pick<FoundRecord, 'record'>): string {
  return Buffer.from(record.slice(0, -1), 'latin1').toString('utf8');
}

/** Whether a whole file may be the first record of a log, cut by a crash. */
export function isCutRecord(bytes: Buffer, origin: string): boolean {
  const text = bytes.toString('latin1');
  const head = `${Buffer.from(origin, 'utf8').toString('latin1')}\n`;
  const isBegun = head.startsWith(text) || text.startsWith(head);
  // Of the two empty lines that a whole record has, it has one at most.
  return isBegun && text.split('\n\n').length <= 2;
}

/** Everything in it has a bound, so it takes no longer than the text is long. */
function recordPattern(origin: string): RegExp {
  const name = Buffer.from(origin, 'utf8').toString('latin1').replaceAll(/[^\w]/g, escaped);
  const text = `${name}\\n${SIZE}\\n${ROOT}\\n${BRANCH}`;
  return new RegExp(`${text}\\n${DASH} ${name} ${SIGNATURE}\\n\\n`, 'g');
}

function escaped(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
