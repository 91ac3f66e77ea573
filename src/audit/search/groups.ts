import { type RawBuilder, sql } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Reads } from '../../platform/storage/reads.js';
import { type AuditDimension, bucketMs, type GroupValue } from '../domain/audit-dimension.js';
import type { Stretch } from './driver.js';
import { keysIn } from './index-reads.js';
import { inSlice, LATE, openIn, type SearchPlan, type Slice } from './search-plan.js';
import { all, type Condition, isAmong, searched } from './search-sql.js';

/** Number of entries with a common value. */
export interface Group {
  readonly value: GroupValue;
  readonly found: number;
}

/** The columns by whose values events are counted. */
export const DIMENSION_COLUMNS = {
  user: 'user',
  secret: 'secret',
  key: 'keys',
  action: 'action',
  outcome: 'outcome',
  credential: 'credential_id',
  sourceIp: 'source_ip',
  namespace: 'namespace',
  group: 'groups',
  code: 'code',
  plane: 'plane',
  source: 'source',
  mark: 'marks',
} as const;

export type ColumnDimension = keyof typeof DIMENSION_COLUMNS;

/** Returns groups of the calls of a slice that a plan selects. */
export async function groupsIn(
  database: Reads,
  plan: SearchPlan,
  slice: Slice,
  by: AuditDimension,
): Promise<readonly Group[]> {
  const open = openIn(plan, slice, database.dialect);
  const places = [inSlice(slice, database.dialect), ...(open === undefined ? [] : [open])];
  return groupsOf(
    database,
    places.map((place) => all([place, plan.condition])),
    by,
  );
}

/** Returns groups of the open intents of a range that a plan selects. */
export async function openGroups(
  database: Reads,
  plan: SearchPlan,
  stretch: Stretch,
  by: AuditDimension,
): Promise<readonly Group[]> {
  const open = openIn(plan, stretch, database.dialect);
  return open === undefined ? [] : groupsOf(database, [all([open, plan.condition])], by);
}

/** Returns groups of late entries of a range that are not in a plan's times. */
export async function lateGroups(
  database: Reads,
  plan: SearchPlan,
  stretch: Stretch,
  by: AuditDimension,
): Promise<readonly Group[]> {
  const keys = keysIn(LATE, database.dialect, stretch, limits.auditCountedLateMax);
  const place = sql`e.stage NOT IN ('intent', 'joined') AND ${isAmong(keys, database.dialect)}`;
  return groupsOf(database, [sql`${place} AND NOT (${plan.times.condition})`], by);
}

/** Returns groups of the entries `e` of several conditions, in one statement: a single moment. */
async function groupsOf(
  database: Reads,
  places: readonly (Condition | RawBuilder<unknown>)[],
  by: AuditDimension,
): Promise<readonly Group[]> {
  const entries = searched(database.dialect);
  const parts = places.map(
    (place) => sql`SELECT ${groupOf(by)} AS value FROM ${entries} WHERE ${place}`,
  );
  return database.query(async (db) => {
    const { rows } = await sql<Group>`SELECT value, count(*) AS found
      FROM (${sql.join(parts, sql` UNION ALL `)}) AS entries
      GROUP BY value LIMIT ${sql.lit(limits.auditCountValuesMax + 1)}`.execute(db);
    return rows;
  }, 'work');
}

function groupOf(by: AuditDimension): RawBuilder<unknown> {
  return by === 'hour' || by === 'day'
    ? sql`e.time_ms / ${sql.lit(bucketMs(by))}`
    : sql.ref(`e.${DIMENSION_COLUMNS[by]}`);
}
