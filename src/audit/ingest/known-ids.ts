import type { Kysely } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Database } from '../../storage/database.js';
import type { Schema } from '../../storage/schema.js';
import type { KubernetesAuditEvent } from '../domain/kubernetes-event.js';
import type { OwnCall } from './domain/is-report-of.js';
import { reportId } from './domain/report-event.js';
import type { KnownId, StoredReport } from './domain/report-ledger.js';
import type { ReportedEvent } from './domain/reported-event.js';

type Lists<T> = Map<string, T[]>;

/** What is stored about the ids of these reports; ids of which nothing is known are absent. */
export async function knownIds(
  database: Database,
  reports: readonly ReportedEvent[],
): Promise<ReadonlyMap<string, KnownId>> {
  const known = new Map<string, KnownId>();
  for (const some of inPortions(timesById(reports), limits.auditReportIdsMax)) {
    const ids = some.map(([id]) => id);
    const times = [...new Set(some.flatMap(([, timesMs]) => timesMs))];
    const [calls, answered, stored] = await database.query(async (db) => [
      await callsWith(db, ids),
      await answeredAmong(db, ids),
      await reportsOf(db, ids, times),
    ]);
    for (const id of new Set([...calls.keys(), ...answered, ...stored.keys()])) {
      known.set(id, {
        calls: calls.get(id) ?? [],
        isAnswered: answered.has(id),
        reports: stored.get(id) ?? [],
      });
    }
  }
  return known;
}

function timesById(reports: readonly ReportedEvent[]): readonly (readonly [string, number[]])[] {
  const times: Lists<number> = new Map();
  for (const report of reports) add(times, reportId(report), Date.parse(report.receivedAt));
  return [...times];
}

/** Our events that list one of the ids as that of a call to the cluster. */
async function callsWith(db: Kysely<Schema>, ids: readonly string[]): Promise<Lists<OwnCall>> {
  const rows = await db
    .selectFrom('audit_names as n')
    .innerJoin('audit_entries as e', 'e.leaf_index', 'n.leaf_index')
    .select(['n.name', 'n.call_index', 'e.event'])
    .where('n.kind', '=', 'upstream')
    .where('n.name', 'in', ids)
    .where('e.source', '=', 'gateway')
    .execute();
  const calls: Lists<OwnCall> = new Map();
  for (const { name, call_index, event } of rows) {
    add(calls, name, { callIndex: call_index, event: parsed(event) });
  }
  return calls;
}

/** Which of the ids our own events have. */
async function answeredAmong(
  db: Kysely<Schema>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('audit_entries')
    .select('audit_id')
    .distinct()
    .where('audit_id', 'in', ids)
    .where('source', '=', 'gateway')
    .execute();
  return new Set(rows.map((row) => row.audit_id));
}

/**
 * The cluster's reports under these ids: those of the times asked about, and those that were
 * joined. There may be any number of others, since anybody can use an id again.
 */
async function reportsOf(
  db: Kysely<Schema>,
  ids: readonly string[],
  timesMs: readonly number[],
): Promise<Lists<StoredReport>> {
  const rows = await db
    .selectFrom('audit_entries')
    .select(['audit_id', 'stage', 'call_index', 'event'])
    .where('audit_id', 'in', ids)
    .where('source', '=', 'cluster')
    .where((eb) => eb.or([eb('stage', '=', 'joined'), eb('time_ms', 'in', timesMs)]))
    .execute();
  const reports: Lists<StoredReport> = new Map();
  for (const { audit_id, stage, call_index, event } of rows) {
    const isJoined = stage === 'joined';
    add(reports, audit_id, { callIndex: call_index, isJoined, event: parsed(event) });
  }
  return reports;
}

function add<T>(lists: Lists<T>, id: string, item: T): void {
  const list = lists.get(id);
  if (list === undefined) lists.set(id, [item]);
  else list.push(item);
}

function inPortions<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, index) => index * size);
  return starts.map((start) => items.slice(start, start + size));
}

// Our own JSON, made from this type.
function parsed(bytes: Uint8Array): KubernetesAuditEvent {
  return JSON.parse(new TextDecoder().decode(bytes)) as KubernetesAuditEvent;
}
