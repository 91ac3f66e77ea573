import { sql } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Reads } from '../../platform/storage/reads.js';
import { type AuditDimension, bucketMs } from '../domain/audit-dimension.js';
import type { Stretch } from './driver.js';
import { DIMENSION_COLUMNS, type Group, lateGroups, openGroups } from './groups.js';
import { type IndexScan, timeScan, wholeScan } from './index-scan.js';
import type { SearchPlan } from './search-plan.js';
import { innerWindow } from './time-window.js';

/** Counts by an index alone, without reading any entry. */
export interface IndexCounts {
  readonly added: readonly Group[];
  /** Entries among these with other times. */
  readonly removed: readonly Group[];
  /** Range in which nothing remains to be counted. */
  readonly covered: Stretch;
}

/**
 * Counts a plan that filters only by time, from the index of the dimension. Returns undefined if no
 * index can count, or if reading the entries is quick.
 */
export async function countByIndex(
  database: Reads,
  plan: SearchPlan,
  by: AuditDimension,
): Promise<IndexCounts | undefined> {
  if (plan.terms.length > 0 || plan.size < limits.auditCountedRowsMin) return undefined;
  if (by === 'hour' || by === 'day') return countByTime(database, plan, by);
  // An event has many of these, and an intent may have others than its outcome.
  if (by === 'key' || by === 'group' || by === 'mark') return undefined;
  const covered = await innerWindow(database, plan.times, plan.size);
  const open = await openGroups(database, plan, covered, by);
  const column = DIMENSION_COLUMNS[by];
  const listed = await groupedIn(database, covered, column, sql.ref(column));
  const added = [...open, ...listed, ...(await leftOut(database, covered, by, listed))];
  return { added, removed: await lateGroups(database, plan, covered, by), covered };
}

/** Counts by time: the index of times has all entries in time order, also late ones. */
async function countByTime(
  database: Reads,
  plan: SearchPlan,
  by: 'hour' | 'day',
): Promise<IndexCounts> {
  const covered = { from: 0, below: Number.MAX_SAFE_INTEGER };
  const open = await openGroups(database, plan, covered, by);
  const listed = await grouped(database, timeScan(database.dialect), {
    value: sql`e.time_ms / ${sql.lit(bucketMs(by))}`,
    where: plan.times.condition,
  });
  return { added: [...open, ...listed], removed: [], covered };
}

/** Counts the value of nearly all events, which is not indexed: all, less the indexed events. */
async function leftOut(
  database: Reads,
  covered: Stretch,
  by: AuditDimension,
  listed: readonly Group[],
): Promise<readonly Group[]> {
  if (by !== 'outcome' && by !== 'source') return [];
  const everything = await groupedIn(database, covered, 'plane', sql`0`);
  const sum = (groups: readonly Group[]) =>
    groups.reduce((total, { found }) => total + Number(found), 0);
  const value = by === 'outcome' ? 'allowed' : 'gateway';
  return [{ value, found: sum(everything) - sum(listed) }];
}

/** Returns groups of a range by a column's index. */
async function groupedIn(
  database: Reads,
  { from, below }: Stretch,
  column: string,
  value: ReturnType<typeof sql>,
): Promise<readonly Group[]> {
  const where = sql`call_index >= ${from} AND call_index < ${below}`;
  return grouped(database, wholeScan(column, database.dialect), { value, where });
}

async function grouped(
  database: Reads,
  scan: IndexScan,
  what: { readonly value: ReturnType<typeof sql>; readonly where: ReturnType<typeof sql> },
): Promise<readonly Group[]> {
  return database.query(async (db) => {
    const { rows } = await sql<Group>`SELECT ${what.value} AS value, count(*) AS found
      FROM ${scan.from} WHERE ${scan.where} AND ${what.where}
      GROUP BY 1 LIMIT ${sql.lit(limits.auditCountValuesMax + 1)}`.execute(db);
    return rows;
  }, 'work');
}
