import { describe, expect, it } from 'vitest';
import {
  type ExportLine,
  entryLine,
  exportLine,
  isStoredEntry,
  parseExportLine,
} from '../../../../../src/audit/log/domain/export-line.js';
import { someLeaves } from './reference-tree.js';

const hashes = Buffer.concat(someLeaves(2));
const lines: readonly ExportLine[] = [
  { kind: 'version' },
  { kind: 'blank' },
  { kind: 'end' },
  { kind: 'missing' },
  { kind: 'key', vkey: 'a+00000000+AQ==' },
  { kind: 'checkpoint', note: 'a\n1\nAA==\n\n— a AAAA\n' },
  { kind: 'first', index: 512 },
  { kind: 'edge', level: 1, hashes },
  { kind: 'edge', level: 0, hashes: Buffer.alloc(0) },
  { kind: 'entry', bytes: Buffer.from('{"a":\n1}') },
  { kind: 'tile', level: 0, index: 7, hashes },
  { kind: 'leaves', index: 7, hashes },
];

describe('a line of an export', () => {
  it.each(lines)('of kind $kind is read as it was written', (line) => {
    const bytes = exportLine(line);
    expect(bytes.indexOf('\n')).toBe(bytes.length - 1);
    expect(parseExportLine(bytes.toString('utf8').slice(0, -1))).toEqual(line);
  });

  it.each([
    'End',
    'end ',
    'sallyport.dev/tlog-export@v2',
    'first 01',
    'first -1',
    'first',
    'edge 0 AAAA',
    'edge x AAAA',
    'tile 0 AAAA',
    'tile 0 0 AA',
    'leaves 0 AA',
    'leaves x AAAA',
    'entry A',
    'checkpoint "a',
    'checkpoint 1',
    'checkpoint  "a"',
    'checkpoint "\\u0061"',
    'constructor x',
  ])('is not %j', (text) => {
    expect(parseExportLine(text)).toBeUndefined();
  });
});

it('writes an entry as it is stored, unless it would not be told from other lines', () => {
  const joined = (text: string) => Buffer.concat(entryLine(Buffer.from(text))).toString('utf8');
  expect(joined('{"kind":"Event"}')).toBe('{"kind":"Event"}\n');
  expect(joined('{"a":\n1}')).toBe(`entry ${Buffer.from('{"a":\n1}').toString('base64')}\n`);
  expect(joined('end')).toBe('entry ZW5k\n');
  expect(joined('')).toBe('entry \n');
  expect(isStoredEntry(Buffer.from('{')[0])).toBe(true);
  expect(isStoredEntry(undefined)).toBe(false);
});
