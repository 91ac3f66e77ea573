import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { limits } from '../../core/limits.js';
import { leafHash } from '../domain/leaf-hash.js';
import { isStoredEntry, parseExportLine } from './domain/export-line.js';
import type { LogCheck } from './domain/log-check.js';
import type { LogFault } from './domain/log-fault.js';

const LINE_FEED = 10;
const LEAF_PREFIX = 0;
const noBytes = Buffer.alloc(0);
const headroom = Buffer.alloc(1);

/**
 * Reads an export to its end, or to the first bad entry, and returns the verdict: the fault, or
 * undefined for a valid log. Buffers no more than one piece and one line.
 */
export async function checkExport(
  pieces: AsyncIterable<Uint8Array>,
  check: LogCheck,
  onProgress: (entries: number, total: number) => void = () => undefined,
): Promise<LogFault | undefined> {
  let rest: Buffer = noBytes;
  for await (const piece of pieces) {
    // The extra byte in front makes room for the prefix of the first line's hash.
    const bytes = Buffer.concat([headroom, rest, piece]);
    rest = bytes.subarray(checkLines(bytes, check));
    // However it would continue, no valid export has such a line.
    if (rest.length > limits.auditExportLineBytesMax) check.line(undefined);
    if (check.isOver) return check.finish();
    onProgress(check.size, check.total);
  }
  return check.finish(rest.length > 0);
}

/** Checks the complete lines; returns where the last one ends. */
function checkLines(bytes: Buffer, check: LogCheck): number {
  let start = headroom.length;
  while (!check.isOver) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end < 0) return start;
    if (end - start > limits.auditExportLineBytesMax) check.line(undefined);
    else if (isStoredEntry(bytes[start])) {
      const entry = bytes.subarray(start, end);
      // Replaces the line feed before it, which was already read: the entry is not copied.
      bytes[start - 1] = LEAF_PREFIX;
      check.entry(entry, hash('sha256', bytes.subarray(start - 1, end), 'buffer'));
    } else {
      checkOther(bytes.toString('utf8', start, end), check);
    }
    start = end + 1;
  }
  return start;
}

function checkOther(text: string, check: LogCheck): void {
  const line = parseExportLine(text);
  if (line?.kind === 'entry') check.entry(Buffer.from(line.bytes), leafHash(line.bytes));
  else check.line(line);
}
