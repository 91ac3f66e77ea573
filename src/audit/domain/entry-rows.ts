import { Buffer } from 'node:buffer';
import { limits } from '../../core/limits.js';
import type { RowMac } from '../../encryption/domain/row-mac.js';
import type {
  AuditEntryTable,
  AuditNameTable,
  AuditSearchColumns,
  SqliteAuditEntry,
} from '../../platform/storage/schema.js';
import { IMPLAUSIBLE_TIME_MARK } from './implausible-time.js';
import { entryMac } from './entry-mac.js';
import { indexColumns, indexedName, namesIn } from './index-columns.js';
import { annotation, type KubernetesAuditEvent } from './kubernetes-event.js';
import { leafHash } from './leaf-hash.js';
import type { EntrySource, EntryStage, LogEntry } from './log-entry.js';

/** Where an entry stands in the log. */
export interface PlacedEntry {
  readonly json: string;
  readonly leafIndex: number;
  readonly callIndex: number;
  readonly stage: EntryStage;
  readonly source: EntrySource;
}

/** What one entry can be found by. */
export interface SearchRows {
  readonly columns: AuditSearchColumns;
  readonly names: readonly AuditNameTable[];
}

/** What one entry adds to PostgreSQL. */
export interface EntryRows {
  readonly entry: AuditEntryTable;
  readonly names: readonly AuditNameTable[];
}

/** Actions by which the log is asked about itself. */
const OF_THE_LOG: ReadonlySet<string> = new Set([
  'audit.prune',
  'audit.acceptRollback',
  'audit.anchor',
]);
/** As JSON has it: in a text that a caller has sent, its quotes are escaped. */
const ACTION_OF_THE_LOG = `"${annotation.action}":"audit.`;

/** Consecutive entries from a leaf index on. */
export function placedEntries(
  entries: readonly LogEntry[],
  first: number,
  isConcluded: (callIndex: number) => boolean,
): readonly PlacedEntry[] {
  const concludedHere = new Set<number>();
  return entries.map(({ json, stage, callIndex, source = 'gateway' }, offset) => {
    const leafIndex = first + offset;
    const placed = { json, leafIndex, callIndex: callIndex ?? leafIndex, stage, source };
    if (stage !== 'outcome' || callIndex === undefined) return placed;
    // A call is listed once: whoever concludes it second stays in the log beside the first.
    const isSecond = concludedHere.has(callIndex) || isConcluded(callIndex);
    concludedHere.add(callIndex);
    return isSecond ? { ...placed, stage: 'joined' } : placed;
  });
}

/**
 * The row of an entry in SQLite. Its event is read only where it may be one of the few that the log
 * itself must know: it is on its way, and somebody waits.
 */
export function logRow(placed: PlacedEntry, mac: RowMac, writtenMs: number): SqliteAuditEntry {
  const { json, leafIndex, callIndex, stage, source } = placed;
  const event = Buffer.from(json, 'utf8');
  const hash = leafHash(event);
  return {
    leaf_index: leafIndex,
    stage,
    call_index: callIndex,
    source,
    ...knownToTheLog(json, writtenMs),
    written_ms: writtenMs,
    leaf_hash: hash,
    event,
    mac: entryMac(mac, { ...placed, leafHash: hash }),
  };
}

/** What the log itself must know of an event, and where its time cannot be, when that was. */
export function knownToTheLog(json: string, writtenMs: number) {
  if (!json.includes(ACTION_OF_THE_LOG) && !json.includes(IMPLAUSIBLE_TIME_MARK)) {
    return { time_ms: null, action: null };
  }
  // Our own JSON, made from this type.
  const { annotations } = JSON.parse(json) as KubernetesAuditEvent;
  const action = annotations[annotation.action] ?? '';
  const isImplausible = namesIn(annotations[annotation.marks]).includes(IMPLAUSIBLE_TIME_MARK);
  return {
    time_ms: isImplausible ? writtenMs : null,
    action: OF_THE_LOG.has(action) ? action : null,
  };
}

/** The row of an entry in PostgreSQL, and its names. */
export function entryRows(
  given: LogEntry,
  leafIndex: number,
  { mac, nowMs = Date.now() }: { readonly mac: RowMac; readonly nowMs?: number },
): EntryRows {
  const { json, stage, callIndex = leafIndex, source = 'gateway' } = given;
  const placed = { json, leafIndex, callIndex, stage, source };
  const bytes = Buffer.from(json, 'utf8');
  const { columns, names } = searchRows(placed, nowMs);
  const hash = leafHash(bytes);
  const entry = {
    leaf_index: leafIndex,
    stage,
    call_index: callIndex,
    source,
    ...columns,
    leaf_hash: hash,
    event: bytes,
    mac: entryMac(mac, { ...placed, leafHash: hash }),
  };
  return { entry, names };
}

/** What an entry that was written then is found by. Throws where it is no event. */
export function searchRows(placed: PlacedEntry, writtenMs: number): SearchRows {
  // Our own JSON, made from this type.
  const event = JSON.parse(placed.json) as KubernetesAuditEvent;
  const columns = indexColumns(event, writtenMs);
  const { stage, source } = placed;
  const isLate = stage === 'single' && Math.abs(writtenMs - columns.time_ms) > limits.auditLateMs;
  const names = namesOf(event, placed, isLate);
  if (stage !== 'joined') return { columns, names };
  // Never listed; but what the cluster reports of its calls is of a call of ours all the same.
  const isOurs = source === 'gateway';
  return { columns, names: isOurs ? names.filter(({ kind }) => kind === 'upstream') : [] };
}

function namesOf(
  event: KubernetesAuditEvent,
  { callIndex: call_index, leafIndex: leaf_index }: PlacedEntry,
  isLate: boolean,
): readonly AuditNameTable[] {
  const facts = event.annotations;
  const lists = {
    key: namesIn(facts[annotation.keys]),
    group: event.user.groups.map(indexedName),
    mark: namesIn(facts[annotation.marks]),
    upstream: namesIn(facts[annotation.upstreamIds]),
    // A search by time looks for these apart: all others lie in the log as their times do.
    late: isLate ? [''] : [],
  };
  return (Object.keys(lists) as (keyof typeof lists)[]).flatMap((kind) =>
    [...new Set(lists[kind])].map((name) => ({ kind, name, call_index, leaf_index })),
  );
}
