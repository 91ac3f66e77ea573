import { Buffer } from 'node:buffer';
import type { SinkEntry } from './sink-entry.js';

const LINE_FEED = Buffer.from('\n');
/** Linux writes so much into a pipe at once, or nothing: lines of others never come between. */
const ATOMIC_BYTES = 4_096;

/** An event and its line feed; JSON has none within. */
export function lineOf({ event }: SinkEntry): Buffer {
  return Buffer.concat([event, LINE_FEED]);
}

/** Whole lines, joined as long as a pipe takes them in one piece. */
export function lineGroups(entries: readonly SinkEntry[]): readonly Buffer[] {
  const groups: Buffer[] = [];
  let lines: Buffer[] = [];
  let bytes = 0;
  for (const line of entries.map(lineOf)) {
    if (bytes + line.length > ATOMIC_BYTES && lines.length > 0) {
      groups.push(Buffer.concat(lines));
      lines = [];
      bytes = 0;
    }
    lines.push(line);
    bytes += line.length;
  }
  return lines.length === 0 ? groups : [...groups, Buffer.concat(lines)];
}
