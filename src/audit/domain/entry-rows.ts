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
import { leafIndexAt } from './entry-place.js';
import { entryMac } from './entry-mac.js';
import { indexColumns, indexedName, namesIn } from './index-columns.js';
import { annotation, type KubernetesAuditEvent } from './kubernetes-event.js';
import { leafHash } from './leaf-hash.js';
import type { EntrySource, EntryStage, LogEntry } from './log-entry.js';

/** Entry with its position in the log. */
export interface PlacedEntry {
  readonly json: string;
  readonly leafIndex: number;
  readonly callIndex: number;
  readonly stage: EntryStage;
  readonly source: EntrySource;
}

/** Columns and names by which searches find one entry. */
export interface SearchRows {
  readonly columns: AuditSearchColumns;
  readonly names: readonly AuditNameTable[];
}

/** Rows that one entry adds to PostgreSQL. */
export interface EntryRows {
  readonly entry: AuditEntryTable;
  readonly names: readonly AuditNameTable[];
}

/** Actions that concern the log itself. */
const OF_THE_LOG: ReadonlySet<string> = new Set([
  'audit.prune',
  'audit.acceptRollback',
  'audit.anchor',
]);
/** As JSON writes it: in a text that a caller has sent, its quotes are escaped. */
const ACTION_OF_THE_LOG = `"${annotation.action}":"audit.`;

/** Returns consecutive entries from a leaf index on. Their calls have leaf indexes already. */
export function placedEntries(
  entries: readonly LogEntry[],
  first: number,
  isConcluded: (callIndex: number) => boolean,
): readonly PlacedEntry[] {
  const concludedHere = new Set<number>();
  return entries.map(({ json, stage, call, source = 'gateway' }, offset) => {
    const leafIndex = first + offset;
    const callIndex = call === undefined ? leafIndex : leafIndexAt(call);
    const placed = { json, leafIndex, callIndex, stage, source };
    if (stage !== 'outcome' || call === undefined) return placed;
    // A call is listed once: a second conclusion stays in the log, joined to the first.
    const isSecond = concludedHere.has(callIndex) || isConcluded(callIndex);
    concludedHere.add(callIndex);
    return isSecond ? { ...placed, stage: 'joined' } : placed;
  });
}

/**
 * Returns the row of an entry in SQLite. Its event is parsed only if it may be one of the few that
 * the log itself must know, because a caller waits.
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

/** Returns what the log must know of an event, and the write time if its time is implausible. */
export function knownToTheLog(json: string, writtenMs: number) {
  if (!json.includes(ACTION_OF_THE_LOG) && !json.includes(IMPLAUSIBLE_TIME_MARK)) {
    return { time_ms: null, action: null };
  }
  // Our own JSON, created from this type.
  const { annotations } = JSON.parse(json) as KubernetesAuditEvent;
  const action = annotations[annotation.action] ?? '';
  const isImplausible = namesIn(annotations[annotation.marks]).includes(IMPLAUSIBLE_TIME_MARK);
  return {
    time_ms: isImplausible ? writtenMs : null,
    action: OF_THE_LOG.has(action) ? action : null,
  };
}

/** Parts of the rows of an entry that need no position. */
export interface PreparedEntry {
  readonly bytes: Buffer;
  readonly hash: Uint8Array;
  readonly facts: SearchFacts;
}

/** Columns and names of an entry, without its position. */
interface SearchFacts {
  readonly columns: AuditSearchColumns;
  readonly names: readonly Pick<AuditNameTable, 'kind' | 'name'>[];
}

/** Does the work that needs no position, so that nobody waits for it who waits for a position. */
export function preparedEntry(given: LogEntry, nowMs: number): PreparedEntry {
  const { json, stage } = given;
  const bytes = Buffer.from(json, 'utf8');
  return { bytes, hash: leafHash(bytes), facts: searchFacts({ json, stage }, nowMs) };
}

/** Returns the row of a prepared entry in PostgreSQL, and its names. */
export function placedRows(
  { bytes, hash, facts }: PreparedEntry,
  placed: PlacedEntry,
  mac: RowMac,
): EntryRows {
  const { leafIndex, callIndex, stage, source } = placed;
  const { columns, names } = placedSearch(facts, placed);
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

/** Returns the row of an entry in PostgreSQL, and its names. */
export function entryRows(
  given: LogEntry,
  leafIndex: number,
  { mac, nowMs = Date.now() }: { readonly mac: RowMac; readonly nowMs?: number },
): EntryRows {
  const { json, stage, call, source = 'gateway' } = given;
  const callIndex = call === undefined ? leafIndex : leafIndexAt(call);
  const placed = { json, leafIndex, callIndex, stage, source };
  return placedRows(preparedEntry(given, nowMs), placed, mac);
}

/** Returns the search rows of an entry with this write time. Throws if it is not an event. */
export function searchRows(placed: PlacedEntry, writtenMs: number): SearchRows {
  return placedSearch(searchFacts(placed, writtenMs), placed);
}

function searchFacts(
  { json, stage }: Pick<PlacedEntry, 'json' | 'stage'>,
  writtenMs: number,
): SearchFacts {
  // Our own JSON, created from this type.
  const event = JSON.parse(json) as KubernetesAuditEvent;
  const columns = indexColumns(event, writtenMs);
  const isLate = stage === 'single' && Math.abs(writtenMs - columns.time_ms) > limits.auditLateMs;
  return { columns, names: namesOf(event, isLate) };
}

function placedSearch(
  { columns, names }: SearchFacts,
  { callIndex: call_index, leafIndex: leaf_index, stage, source }: PlacedEntry,
): SearchRows {
  const placed = names.map(({ kind, name }) => ({ kind, name, call_index, leaf_index }));
  if (stage !== 'joined') return { columns, names: placed };
  // Never listed; but the cluster's reports of its calls still belong to a call of ours.
  const isOurs = source === 'gateway';
  return { columns, names: isOurs ? placed.filter(({ kind }) => kind === 'upstream') : [] };
}

function namesOf(event: KubernetesAuditEvent, isLate: boolean): SearchFacts['names'] {
  const facts = event.annotations;
  const lists = {
    key: namesIn(facts[annotation.keys]),
    group: event.user.groups.map(indexedName),
    mark: namesIn(facts[annotation.marks]),
    upstream: namesIn(facts[annotation.upstreamIds]),
    // A search by time looks these up separately: all others are in the log in time order.
    late: isLate ? [''] : [],
  };
  return (Object.keys(lists) as (keyof typeof lists)[]).flatMap((kind) =>
    [...new Set(lists[kind])].map((name) => ({ kind, name })),
  );
}
