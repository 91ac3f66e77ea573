import { Buffer } from 'node:buffer';

/** Record in an anchor file that has the form of a checkpoint; nothing is verified yet. */
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

/** Returns a checkpoint as written to an anchor file: its note and an empty line. */
export function anchorRecord(note: string): string {
  return `${note}\n`;
}

/** Returns the end of a record that a crash has cut, so that the next record is separate. */
export function closingOf(tail: string): string {
  if (tail === '' || tail.endsWith('\n\n')) return '';
  return tail.endsWith('\n') ? '\n' : '\n\n';
}

/**
 * Returns a log's complete records in bytes of an anchor file, in order; `at` counts from `from`.
 */
export function recordsIn(bytes: Buffer, origin: string, from = 0): readonly FoundRecord[] {
  const text = bytes.toString('latin1');
  return [...text.matchAll(recordPattern(origin))].map((match) => {
    const [record, size = ''] = match;
    return { at: from + match.index, length: record.length, size: Number(size), record };
  });
}

/** Returns the note of a record. */
export function noteIn({ record }: Pick<FoundRecord, 'record'>): string {
  return Buffer.from(record.slice(0, -1), 'latin1').toString('utf8');
}

/** Reports whether a whole file may be the first record of a log, cut by a crash. */
export function isCutRecord(bytes: Buffer, origin: string): boolean {
  const text = bytes.toString('latin1');
  const head = `${Buffer.from(origin, 'utf8').toString('latin1')}\n`;
  const isBegun = head.startsWith(text) || text.startsWith(head);
  // A complete record has two empty lines; a cut record has one at most.
  return isBegun && text.split('\n\n').length <= 2;
}

/** Returns a pattern whose parts are all bounded, so matching takes time linear in the text. */
function recordPattern(origin: string): RegExp {
  const name = Buffer.from(origin, 'utf8').toString('latin1').replaceAll(/[^\w]/g, escaped);
  const text = `${name}\\n${SIZE}\\n${ROOT}\\n${BRANCH}`;
  return new RegExp(`${text}\\n${DASH} ${name} ${SIGNATURE}\\n\\n`, 'g');
}

function escaped(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
