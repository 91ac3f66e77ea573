import { sql, type SqlBool } from 'kysely';
import type { Reads } from '../../storage/reads.js';
import type { AuditFilter } from '../domain/audit-filter.js';
import { type Term, termsOf } from '../domain/search-terms.js';
import { chooseDrivers } from './choose-drivers.js';
import type { Driver, Stretch } from './driver.js';
import { commonLeavesOf, reachOf } from './index-reads.js';
import type { OpenIntents } from './open-intents.js';
import { all, type Condition, type Dialect, holds, isAmong } from './search-sql.js';
import { outerWindow, type Times } from './time-window.js';

/** A part of the log, and the indexes by which its calls can be found; the newest comes first. */
export interface Part extends Stretch {
  readonly drivers: readonly Driver[];
}

/** Some calls of the log, found by one index. */
export interface Slice extends Stretch {
  readonly driver: Driver;
  /** Indexes that have to list them as well. */
  readonly others: readonly Driver[];
  /** Index rows there are in it, about and at most. */
  readonly rowsMax: number;
}

/** How a filter is looked for. */
export interface SearchPlan {
  readonly parts: readonly Part[];
  readonly terms: readonly Term[];
  /** What an entry `e` must fulfil. */
  readonly condition: Condition;
  /** The times alone. */
  readonly times: Times & { readonly condition: Condition };
  readonly size: number;
  /** Calls that may be listed by their intents, oldest first. */
  readonly openIntents: readonly number[];
}

/** Entries that lie in the log far from where their times would have them. */
export const LATE: Driver = { by: 'name', kind: 'late', names: [''] };

/** Plans a search below a call index; undefined where nothing can match. */
export async function planSearch(
  database: Reads,
  intents: OpenIntents,
  filter: AuditFilter,
  below?: number,
): Promise<SearchPlan | undefined> {
  const terms = termsOf(filter);
  if (terms === undefined) return undefined;
  const { size, openIntents } = await intents.find();
  const outer = await outerWindow(database, filter, size);
  const drivers = await chooseDrivers(database, terms, outer);
  const end = Math.min(below ?? size, size);
  const times = all(timeConditions(filter));
  const parts = [
    { from: outer.below, below: size, drivers: [...drivers, LATE] },
    { ...outer, drivers },
    { from: 0, below: outer.from, drivers: [...drivers, LATE] },
  ].map((part) => ({ ...part, below: Math.min(part.below, end) }));
  return {
    terms,
    parts: parts.filter((part) => part.from < part.below),
    condition: all([...terms.map((term) => holds(term, database.dialect)), times]),
    times: { ...filter, condition: times },
    size,
    openIntents,
  };
}

/**
 * The next calls of a part, newest first, down to where the rarest of its indexes has about `count`
 * rows: nothing else need be looked at on the way.
 */
export async function nextSlice(database: Reads, part: Part, count: number): Promise<Slice> {
  const candidates: readonly Driver[] = part.drivers.length > 0 ? part.drivers : [{ by: 'all' }];
  const reaches = candidates.map(async (driver) => ({
    driver,
    from: await reachOf(database, driver, part, count),
  }));
  const [rarest, ...others] = (await Promise.all(reaches)).toSorted((a, b) => a.from - b.from);
  if (rarest === undefined) throw new Error('a search has one index at least');
  return {
    ...rarest,
    others: others.map(({ driver }) => driver),
    below: part.below,
    rowsMax: rowsMaxOf(count),
  };
}

/** The entries `e` by which the calls of a slice are listed, as a condition. */
export function inSlice(slice: Slice, dialect: Dialect): Condition {
  const { driver, others, rowsMax } = slice;
  const listed = sql<SqlBool>`e.stage NOT IN ('intent', 'joined')`;
  if (driver.by === 'all') {
    return sql`${listed} AND e.call_index >= ${slice.from} AND e.call_index < ${slice.below}`;
  }
  const leaves = commonLeavesOf([driver, ...others], dialect, slice, rowsMax);
  return all([listed, isAmong(leaves, dialect)]);
}

/** Open intents of a stretch, as a condition on `e`; undefined where there are none. */
export function openIn(plan: SearchPlan, { from, below }: Stretch): Condition | undefined {
  const open = plan.openIntents.filter((index) => index >= from && index < below);
  if (open.length === 0) return undefined;
  return sql`e.stage = 'intent' AND e.leaf_index IN (${sql.join(open)})
    AND NOT EXISTS (SELECT 1 FROM audit_entries AS o WHERE o.call_index = e.leaf_index
      AND o.stage = 'outcome')`;
}

function timeConditions({ sinceMs, untilMs }: AuditFilter): readonly Condition[] {
  return [
    ...(sinceMs === undefined ? [] : [sql<SqlBool>`e.time_ms >= ${sinceMs}`]),
    ...(untilMs === undefined ? [] : [sql<SqlBool>`e.time_ms < ${untilMs}`]),
  ];
}

/** Several values have a share each, and some rows may have come since they were counted. */
function rowsMaxOf(count: number): number {
  return 2 * count + 4_096;
}
