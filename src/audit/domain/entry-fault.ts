import type { AuditEntries, AuditNameTable } from '../../platform/storage/schema.js';
import { isUnaltered } from './checked-event.js';
import { knownToTheLog, searchRows, type SearchRows } from './entry-rows.js';
import { IMPLAUSIBLE_TIME_MARK } from './implausible-time.js';
import { namesIn } from './index-columns.js';
import { annotation, type KubernetesAuditEvent } from './kubernetes-event.js';

const STAGES: ReadonlySet<string> = new Set(['single', 'intent', 'outcome', 'joined']);

/**
 * Returns the part of a stored entry that no gateway has written so; undefined if it is intact. The
 * leaf hash confirms the event, and the event confirms its position.
 */
export function entryFault(row: AuditEntries): string | undefined {
  if (!isUnaltered(row)) return 'event';
  // The gateway's own JSON, which its leaf hash proves.
  const event = JSON.parse(Buffer.from(row.event).toString('utf8')) as KubernetesAuditEvent;
  if ((event.annotations[annotation.source] ?? 'gateway') !== row.source) return 'source';
  const isIntent = row.source === 'gateway' && event.stage === 'RequestReceived';
  if (isIntent !== (row.stage === 'intent')) return 'stage';
  if (!STAGES.has(row.stage)) return 'stage';
  const isFirst = row.stage === 'intent' || row.stage === 'single';
  if (isFirst) return row.call_index === row.leaf_index ? undefined : 'call_index';
  return row.call_index < row.leaf_index ? undefined : 'call_index';
}

/**
 * Returns the column by which a search would miss an intact entry, or find it wrongly. PostgreSQL
 * has the search columns in the entry; SQLite has them in a separate file.
 */
export function searchFault(
  row: AuditEntries,
  expected: SearchRows | undefined = expectedSearch(row),
): string | undefined {
  if (expected === undefined) return logFault(row);
  const { columns } = expected;
  const isImplausible = namesIn(columns.marks.replaceAll('\n', ',')).includes(
    IMPLAUSIBLE_TIME_MARK,
  );
  return (Object.keys(columns) as (keyof typeof columns)[]).find(
    (column) => !(column === 'time_ms' && isImplausible) && columns[column] !== row[column],
  );
}

/**
 * Rebuilds PostgreSQL's search columns of an intact entry from the event; undefined in SQLite,
 * which has them elsewhere.
 */
export function expectedSearch(row: AuditEntries): SearchRows | undefined {
  if (row.audit_id === undefined || row.audit_id === null) return undefined;
  const place = {
    json: Buffer.from(row.event).toString('utf8'),
    leafIndex: row.leaf_index,
    callIndex: row.call_index,
    stage: row.stage,
    source: row.source,
  };
  return searchRows(place, row.time_ms ?? 0);
}

/** Returns the names by which searches must find an entry. */
export function foundBy({ names }: SearchRows): readonly AuditNameTable[] {
  // Whether an entry is late depends on its write time, which PostgreSQL does not store.
  return names.filter(({ kind }) => kind !== 'late');
}

/** Checks the few columns that SQLite has in addition to an event. */
function logFault(row: AuditEntries): string | undefined {
  const { time_ms, action } = knownToTheLog(
    Buffer.from(row.event).toString('utf8'),
    row.written_ms ?? 0,
  );
  if ((row.time_ms ?? null) !== time_ms) return 'time_ms';
  return (row.action ?? null) === action ? undefined : 'action';
}
