import { setImmediate as turn } from 'node:timers/promises';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { announcementOf, isAnnouncement } from '../../core/announced-id.js';
import { limits } from '../../core/limits.js';
import type { SearchReads } from '../../platform/storage/reads.js';
import type { AuditLogEntry } from '../../platform/storage/audit-log-entry.js';
import type { Schema } from '../../platform/storage/schema.js';
import { IMPLAUSIBLE_TIME_MARK } from '../domain/implausible-time.js';
import type { KubernetesAuditEvent } from '../domain/kubernetes-event.js';
import { type Dialect, eventOf, searched } from '../search/search-sql.js';
import type { OwnCall } from './domain/is-report-of.js';
import { reportId } from './domain/report-event.js';
import type { KnownId, StoredReport } from './domain/report-ledger.js';
import type { ReportedEvent } from './domain/reported-event.js';

type Lists<T> = Map<string, T[]>;

/** Reports of an id in a batch. */
interface Asked {
  readonly id: string;
  /** Times at which they were received. */
  readonly timesMs: readonly number[];
  /** Some of these times are in the future. */
  readonly isAhead: boolean;
}

/**
 * Returns stored facts about the ids of these reports; unknown ids are absent. Throws Unavailable
 * if the search is not possible yet.
 */
export async function knownIds(
  database: Omit<SearchReads, 'close'>,
  reports: readonly ReportedEvent[],
): Promise<ReadonlyMap<string, KnownId>> {
  const known = new Map<string, KnownId>();
  await database.integrated();
  await database.upToDate();
  const from = entriesOf(database.dialect);
  for (const some of inPortions(askedOf(reports), limits.auditReportIdsMax)) {
    const ids = some.map(({ id }) => id);
    const [calls, answered, stored] = await database.query(async (db) => {
      const own = await callsWith(db, ids);
      const twins = await twinsOf(db, from, some);
      const joined = await joinedTo(db, from, own);
      const reported = [...twins, ...joined, ...(await implausibleOf(db, from, some))];
      return [own, await answeredAmong(db, from, ids), listsOf(reported)];
    });
    for (const id of new Set([...calls.keys(), ...answered, ...stored.keys()])) {
      known.set(id, {
        calls: calls.get(id) ?? [],
        isAnswered: answered.has(id),
        reports: stored.get(id) ?? [],
      });
    }
    await turn();
  }
  return known;
}

function askedOf(reports: readonly ReportedEvent[]): readonly Asked[] {
  const asked = new Map<string, { times: Set<number>; isAhead: boolean }>();
  const nowMs = Date.now();
  for (const report of reports) {
    const id = reportId(report);
    const timeMs = Date.parse(report.receivedAt);
    const { times, isAhead } = asked.get(id) ?? { times: new Set(), isAhead: false };
    times.add(timeMs);
    asked.set(id, { times, isAhead: isAhead || timeMs > nowMs || timeMs < 0 });
  }
  return [...asked].map(([id, { times, isAhead }]) => ({ id, timesMs: [...times], isAhead }));
}

/** Returns our events that list one of the ids, or its announcement, as a call to the cluster. */
async function callsWith(db: Kysely<Schema>, ids: readonly string[]): Promise<Lists<OwnCall>> {
  // A sender of an id's hash does not have that id.
  const plain = ids.filter((id) => !isAnnouncement(id)).map((id) => [id, id] as const);
  const names = new Map([...plain, ...ids.map((id) => [announcementOf(id), id] as const)]);
  const named = await db
    .selectFrom('audit_names')
    .select(['name', 'leaf_index'])
    .where('kind', '=', 'upstream')
    .where('name', 'in', [...names.keys()])
    .execute();
  if (named.length === 0) return new Map();
  // One event may list hundreds of them.
  const leaves = [...new Set(named.map(({ leaf_index }) => leaf_index))];
  const own = await ownEvents(db, leaves);
  const calls: Lists<OwnCall> = new Map();
  for (const { name, leaf_index } of named) {
    const event = own.get(leaf_index);
    const isAnnounced = isAnnouncement(name);
    if (event !== undefined) add(calls, names.get(name) ?? name, { ...event, isAnnounced });
  }
  return calls;
}

async function ownEvents(
  db: Kysely<Schema>,
  leaves: readonly number[],
): Promise<ReadonlyMap<number, Omit<OwnCall, 'isAnnounced'>>> {
  const rows = await db
    .selectFrom('audit_entries')
    .select(['leaf_index', 'call_index', 'event'])
    .where('leaf_index', 'in', leaves)
    .where('source', '=', 'gateway')
    .execute();
  return new Map(
    rows.map(({ leaf_index, call_index, event }) => [
      leaf_index,
      { callIndex: call_index, event: parsed(event) },
    ]),
  );
}

/** Selected columns, and the table of entries `e`. */
interface Entries {
  readonly columns: RawBuilder<unknown>;
  readonly table: RawBuilder<unknown>;
}

function entriesOf(dialect: Dialect): Entries {
  const columns = sql`e.leaf_index, e.audit_id, e.stage, e.call_index,
    ${eventOf(dialect)} AS event`;
  return { columns, table: searched(dialect) };
}

/** Returns the ids that our own events have: one lookup, however many entries share an id. */
async function answeredAmong(
  db: Kysely<Schema>,
  { table }: Entries,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    WITH asked(id) AS (VALUES ${sql.join(ids.map((id) => sql`(CAST(${id} AS TEXT))`))})
    SELECT asked.id FROM asked WHERE EXISTS (SELECT 1 FROM ${table}
      WHERE e.audit_id = asked.id AND e.source = 'gateway')`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

type ReportRow = Pick<AuditLogEntry, 'leaf_index' | 'stage' | 'call_index'> & {
  readonly audit_id: string;
  readonly event: Uint8Array | null;
};

/**
 * Returns the cluster's reports with these ids at these times, so that a redelivery finds itself.
 * Anyone can reuse an id: reports beyond the limit may be stored twice.
 */
async function twinsOf(
  db: Kysely<Schema>,
  { columns, table }: Entries,
  asked: readonly Asked[],
): Promise<readonly ReportRow[]> {
  const pairs = asked.flatMap(({ id, timesMs }) => timesMs.map((timeMs) => ({ id, timeMs })));
  const rows: ReportRow[] = [];
  for (const some of inPortions(pairs, limits.auditReportIdsMax)) {
    const values = some.map(
      ({ id, timeMs }) => sql`(CAST(${id} AS TEXT), CAST(${timeMs} AS BIGINT))`,
    );
    // In this order, because the database does not know how many are queried or how few it has.
    const found = await sql<ReportRow>`
      WITH asked(id, ms) AS (VALUES ${sql.join(values)})
      SELECT ${columns} FROM asked CROSS JOIN ${table}
      WHERE e.audit_id = asked.id AND e.source = 'cluster' AND e.time_ms = asked.ms
      LIMIT ${limits.auditReportTwinsMax}`.execute(db);
    rows.push(...found.rows);
  }
  return rows;
}

/** Returns reports joined to these calls of ours: one of each stage, under each of their ids. */
async function joinedTo(
  db: Kysely<Schema>,
  { columns, table }: Entries,
  calls: Lists<OwnCall>,
): Promise<readonly ReportRow[]> {
  const indexes = new Set([...calls.values()].flat().map(({ callIndex }) => callIndex));
  if (indexes.size === 0) return [];
  // Not by the index on ids, under which there may be any number.
  const { rows } = await sql<ReportRow>`SELECT ${columns} FROM ${table}
    WHERE e.call_index IN (${sql.join([...indexes])}) AND e.stage = 'joined'
    AND e.source = 'cluster' AND e.audit_id || '' IN (${sql.join([...calls.keys()])})`.execute(db);
  return rows;
}

/** Returns reports whose time was implausible when stored: they are not indexed by it. */
async function implausibleOf(
  db: Kysely<Schema>,
  { columns, table }: Entries,
  asked: readonly Asked[],
): Promise<readonly ReportRow[]> {
  const ids = asked.filter(({ isAhead }) => isAhead).map(({ id }) => id);
  if (ids.length === 0) return [];
  const { rows } = await sql<ReportRow>`SELECT ${columns} FROM ${table}
    WHERE e.audit_id IN (${sql.join(ids)}) AND e.source = 'cluster'
    AND e.marks LIKE ${`%\n${IMPLAUSIBLE_TIME_MARK}\n%`}
    LIMIT ${limits.auditReportTwinsMax}`.execute(db);
  return rows;
}

function listsOf(rows: readonly ReportRow[]): Lists<StoredReport> {
  const reports: Lists<StoredReport> = new Map();
  const each = new Map(rows.map((row) => [row.leaf_index, row]));
  for (const { audit_id, stage, call_index, event } of each.values()) {
    if (event === null) continue;
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

// Parses our own JSON, created from this type.
function parsed(bytes: Uint8Array): KubernetesAuditEvent {
  return JSON.parse(new TextDecoder().decode(bytes)) as KubernetesAuditEvent;
}
