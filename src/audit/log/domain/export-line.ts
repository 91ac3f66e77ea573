import { Buffer } from 'node:buffer';
import { fromBase64 } from './note-key.js';
import { HASH_BYTES } from './tree-hash.js';

/** The first line of an export. */
export const EXPORT_VERSION = 'sallyport.dev/tlog-export@v1';

/**
 * Line of an export, except a stored entry. An export starts with the version, each `key` (oldest
 * first), and the `checkpoint` up to which it goes. Next are `first` (the first unpruned entry),
 * the `edge` of each level there (the partial tile before it), and an empty line. Then come the
 * entries, and between them `tile`, `leaves` and `checkpoint`; then `end`. A `tile` is as stored,
 * after its last entry. `leaves` are of the tile that is not full, or differ from the tile before.
 * A `checkpoint` follows its last entry.
 */
export type ExportLine =
  | { readonly kind: 'version' | 'blank' | 'end' | 'missing' }
  | { readonly kind: 'key'; readonly vkey: string }
  | { readonly kind: 'checkpoint'; readonly note: string }
  | { readonly kind: 'first'; readonly index: number }
  | { readonly kind: 'edge'; readonly level: number; readonly hashes: Uint8Array }
  /** Entry whose bytes are not one line of JSON. */
  | { readonly kind: 'entry'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'tile';
      readonly level: number;
      readonly index: number;
      readonly hashes: Uint8Array;
    }
  /** Hashes that are stored in addition to the entries of a bundle. */
  | { readonly kind: 'leaves'; readonly index: number; readonly hashes: Uint8Array };

const LINE_FEED = 10;
const BRACE = 0x7b;
const NUMBER = /^(0|[1-9]\d{0,15})$/;

/** Reports whether a line with this first byte is a stored entry. */
export function isStoredEntry(firstByte: number | undefined): boolean {
  return firstByte === BRACE;
}

/** Returns an entry with its line feed; an ambiguous entry is encoded as base64. */
export function entryLine(event: Uint8Array): readonly Uint8Array[] {
  if (isStoredEntry(event[0]) && !event.includes(LINE_FEED)) return [event, LINE_END];
  return [exportLine({ kind: 'entry', bytes: event })];
}

const LINE_END = Buffer.from('\n');

/** Returns any other line, with its line feed. */
export function exportLine(line: ExportLine): Buffer {
  return Buffer.from(`${textOf(line)}\n`, 'utf8');
}

function textOf(line: ExportLine): string {
  switch (line.kind) {
    case 'version':
      return EXPORT_VERSION;
    case 'blank':
      return '';
    case 'end':
    case 'missing':
      return line.kind;
    case 'key':
      return `key ${line.vkey}`;
    case 'checkpoint':
      return `checkpoint ${JSON.stringify(line.note)}`;
    case 'first':
      return `first ${line.index}`;
    case 'edge':
      return `edge ${line.level} ${base64(line.hashes)}`;
    case 'entry':
      return `entry ${base64(line.bytes)}`;
    case 'leaves':
      return `leaves ${line.index} ${base64(line.hashes)}`;
    case 'tile':
      return `tile ${line.level} ${line.index} ${base64(line.hashes)}`;
  }
}

/** Parses a line without its line feed, unless it is a stored entry; undefined if invalid. */
export function parseExportLine(text: string): ExportLine | undefined {
  if (text === EXPORT_VERSION) return { kind: 'version' };
  if (text === '') return { kind: 'blank' };
  if (text === 'end' || text === 'missing') return { kind: text };
  const at = text.indexOf(' ');
  const rest = text.slice(at + 1);
  const line = parsers[text.slice(0, at)]?.(rest);
  // One line has one spelling, so that every change of it is detected.
  return line !== undefined && textOf(line) === text ? line : undefined;
}

const parsers: Readonly<Record<string, (rest: string) => ExportLine | undefined>> = {
  key: (vkey) => ({ kind: 'key', vkey }),
  checkpoint: (json) => {
    const note = parsedText(json);
    return note === undefined ? undefined : { kind: 'checkpoint', note };
  },
  first: (digits) => (NUMBER.test(digits) ? { kind: 'first', index: Number(digits) } : undefined),
  edge: (rest) => {
    const [level = '', encoded = ''] = rest.split(' ');
    const hashes = hashesOf(encoded);
    if (hashes === undefined || !NUMBER.test(level)) return undefined;
    return { kind: 'edge', level: Number(level), hashes };
  },
  entry: (encoded) => {
    const bytes = fromBase64(encoded);
    return bytes && { kind: 'entry', bytes };
  },
  leaves: (rest) => {
    const [index = '', encoded = ''] = rest.split(' ');
    const hashes = hashesOf(encoded);
    if (hashes === undefined || !NUMBER.test(index)) return undefined;
    return { kind: 'leaves', index: Number(index), hashes };
  },
  tile: (rest) => {
    const [level = '', index = '', encoded = ''] = rest.split(' ');
    const hashes = hashesOf(encoded);
    if (hashes === undefined || !NUMBER.test(level) || !NUMBER.test(index)) return undefined;
    return { kind: 'tile', level: Number(level), index: Number(index), hashes };
  },
};

function hashesOf(encoded: string): Uint8Array | undefined {
  const hashes = fromBase64(encoded);
  return hashes !== undefined && hashes.length % HASH_BYTES === 0 ? hashes : undefined;
}

function parsedText(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
