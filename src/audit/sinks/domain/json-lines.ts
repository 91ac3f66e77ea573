import { Buffer } from 'node:buffer';
import type { SinkEntry } from './sink-entry.js';

const LINE_FEED = Buffer.from('\n');
/** Linux writes up to this size into a pipe atomically: lines of other writers never interleave. */
const ATOMIC_BYTES = 4_096;

/** Returns an event and its line feed; its JSON contains none. */
export function lineOf({ event }: SinkEntry): Buffer {
  return Buffer.concat([event, LINE_FEED]);
}

/** Returns whole lines, joined as long as a pipe accepts them atomically. */
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
