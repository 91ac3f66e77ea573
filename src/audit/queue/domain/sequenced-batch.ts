import type { RowMac } from '../../../encryption/domain/row-mac.js';
import type { EntryPlace, QueuedPlace } from '../../domain/entry-place.js';
import {
  type EntryRows,
  placedEntries,
  placedRows,
  preparedEntry,
} from '../../domain/entry-rows.js';
import type { LogEntry } from '../../domain/log-entry.js';
import type { QueuedEntry } from './chain.js';
import { faultEntry } from './fault-event.js';
import type { PlannedChain } from './plan-chain.js';
import { type Span, spansFrom } from './spans.js';

/** State of the log that a batch follows. */
export interface BeforeBatch {
  readonly size: number;
  readonly nowMs: number;
  readonly lastSpan: Span | undefined;
  readonly leafAt: (place: QueuedPlace) => number | undefined;
  readonly concluded: ReadonlySet<number>;
}

/** Entries with their leaf indexes, and how far the chains are in the log with them. */
export interface SequencedBatch {
  readonly first: number;
  readonly rows: readonly EntryRows[];
  readonly spans: readonly Span[];
  readonly chains: readonly PlannedChain[];
}

/** Returns the entries of all chains, in the order in which the log takes them. */
export function entriesIn(chains: readonly PlannedChain[]): readonly QueuedEntry[] {
  return chains.flatMap(({ spans }) => spans.flatMap(({ entries }) => entries));
}

/** Returns the calls whose leaf indexes a batch must know. */
export function callsOf(entries: readonly QueuedEntry[]): readonly EntryPlace[] {
  return entries.flatMap(({ call }) => call ?? []);
}

/** Gives the entries of these chains their leaf indexes, and records damage after them. */
export function sequencedBatch(
  chains: readonly PlannedChain[],
  before: BeforeBatch,
  mac: RowMac,
): SequencedBatch {
  const { size: first, nowMs } = before;
  const queued = entriesIn(chains);
  const here = new Map(
    queued.map(({ writer, sequence }, offset) => [`${writer}/${sequence}`, first + offset]),
  );
  /** Returns the leaf index of an entry's call, if that is in the log before it. */
  const callIn = ({ call }: QueuedEntry, leafIndex: number): number | undefined => {
    if (call === undefined) return undefined;
    const begun = typeof call === 'number' ? call : leafAt(call);
    return begun !== undefined && begun < leafIndex ? begun : undefined;
  };
  const leafAt = ({ writer, sequence }: QueuedPlace): number | undefined =>
    here.get(`${writer}/${sequence}`) ?? before.leafAt({ writer, sequence });
  const faults = chains.flatMap((chain) => chain.faults);
  const entries = [
    ...queued.map((entry, offset) => logEntry(entry, callIn(entry, first + offset))),
    ...faults.map((fault) => faultEntry(fault, nowMs)),
  ];
  const placed = placedEntries(entries, first, (call) => before.concluded.has(call));
  const rows = entries.flatMap((entry, offset) => {
    const at = placed[offset];
    return at === undefined ? [] : [placedRows(preparedEntry(entry, nowMs), at, mac)];
  });
  const parts = chains.flatMap(({ spans }) => spans);
  return { first, rows, spans: spansFrom(first, parts, before.lastSpan), chains };
}

/** Returns a queued entry with the leaf index of its call; without one, the entry stands alone. */
function logEntry({ stage, source, event }: QueuedEntry, call: number | undefined): LogEntry {
  const json = Buffer.from(event).toString('utf8');
  if (call !== undefined) return { json, stage, source, call };
  return { json, stage: stage === 'intent' ? 'intent' : 'single', source };
}
