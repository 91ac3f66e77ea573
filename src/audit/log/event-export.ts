import { Buffer } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TILE_WIDTH } from './domain/tile-path.js';
import { isUnaltered } from '../domain/checked-event.js';
import { csvHeader, csvRow } from './domain/csv-row.js';
import { LogDamaged } from './log-damaged.js';
import type { LogStore, TimedEntry } from './log-store.js';

export interface EventExport {
  readonly format: 'json' | 'csv';
  /** From this time on, in milliseconds since the epoch. */
  readonly sinceMs?: number;
  /** Before this time. */
  readonly untilMs?: number;
}

const LINE_FEED = Buffer.from('\n');

/** Yields stored events of a time range in log order, in pieces, up to the current end. */
export async function* eventExport(
  store: Pick<LogStore, 'head' | 'timedEntries'>,
  { format, ...times }: EventExport,
): AsyncGenerator<Buffer> {
  const { size, prunedBelow } = await store.head();
  if (format === 'csv') yield Buffer.from(csvHeader, 'utf8');
  for (let from = prunedBelow; from < size; from += TILE_WIDTH) {
    const to = Math.min(from + TILE_WIDTH, size);
    const entries = await store.timedEntries({ from, to, ...times });
    for (const entry of entries) demandUnaltered(entry);
    if (entries.length > 0) yield pieceOf(entries, format);
    // If nothing is found, no reader slows this down.
    else await nextTurn();
  }
}

/** Ends an export that has begun: changed data must not be exported as a record. */
function demandUnaltered(entry: TimedEntry): void {
  if (!isUnaltered(entry)) {
    throw new LogDamaged(`entry ${entry.leaf_index} of the audit log was changed`);
  }
}

function pieceOf(entries: readonly TimedEntry[], format: EventExport['format']): Buffer {
  if (format === 'csv') return Buffer.from(entries.map(csvRow).join(''), 'utf8');
  return Buffer.concat(entries.flatMap(({ event }) => [event, LINE_FEED]));
}
