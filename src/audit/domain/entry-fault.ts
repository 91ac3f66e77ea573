import type { AuditEntries, AuditNameTable } from '../../platform/storage/schema.js';
import { isUnaltered } from './checked-event.js';
import { knownToTheLog, searchRows, type SearchRows } from './entry-rows.js';
import { IMPLAUSIBLE_TIME_MARK } from './implausible-time.js';
import { namesIn } from './index-columns.js';
import { annotation, type KubernetesAuditEvent } from './kubernetes-event.js';

const STAGES: ReadonlySet<string> = new Set(['single', 'intent', 'outcome', 'joined']);

/**
 * What of a stored entry is not as a gateway has written it, undefined of one that is: the leaf
 * hash vouches for the event, and the event for where it stands.
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
 * The column of a sound entry by which a search misses it, or finds it in vain. PostgreSQL has what
 * searches go by beside the event; SQLite has it in a file of its own.
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
 * What PostgreSQL finds a sound entry by, made of the event anew; undefined in SQLite, which has
 * that elsewhere.
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

/** The names that an entry must be found by. */
export function foundBy({ names }: SearchRows): readonly AuditNameTable[] {
  // Whether an entry is late depends on when it was written, which PostgreSQL does not keep.
  return names.filter(({ kind }) => kind !== 'late');
}

/** The few columns that SQLite has beside an event. */
function logFault(row: AuditEntries): string | undefined {
  const { time_ms, action } = knownToTheLog(
    Buffer.from(row.event).toString('utf8'),
    row.written_ms ?? 0,
  );
  if ((row.time_ms ?? null) !== time_ms) return 'time_ms';
  return (row.action ?? null) === action ? undefined : 'action';
}
