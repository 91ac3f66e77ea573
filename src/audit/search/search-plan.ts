import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Reads, SearchReads } from '../../platform/storage/reads.js';
import type { AuditFilter } from '../domain/audit-filter.js';
import { type Term, termsOf } from '../domain/search-terms.js';
import { chooseDrivers } from './choose-drivers.js';
import { type Driver, isUnordered, type Stretch } from './driver.js';
import { commonKeysIn, reachOf } from './index-reads.js';
import type { OpenIntents } from './open-intents.js';
import {
  all,
  type Condition,
  type Dialect,
  exists,
  holds,
  isAmong,
  searchedName,
} from './search-sql.js';
import { outerWindow, type Times } from './time-window.js';

/** Part of the log, and the indexes by which its calls can be found; the newest comes first. */
export interface Part extends Stretch {
  readonly drivers: readonly Driver[];
}

/** Some calls of the log, found by one index. */
export interface Slice extends Stretch {
  readonly driver: Driver;
  /** Indexes that must also list them, and immediately show whether they list a call. */
  readonly others: readonly Driver[];
  /** Approximate maximum of its index rows. */
  readonly rowsMax: number;
}

/** Plan of a search by a filter. */
export interface SearchPlan {
  readonly parts: readonly Part[];
  readonly terms: readonly Term[];
  /** Condition on an entry `e`; worded so that no index is chosen for it. */
  readonly condition: Condition;
  /** The times alone, by which an index may be read. */
  readonly times: Times & { readonly condition: Condition };
  readonly size: number;
  /** Calls that may be listed by their intents, oldest first. */
  readonly openIntents: readonly number[];
}

/** Entries that are in the log far from the position of their times. */
export const LATE: Driver = { by: 'name', kind: 'late', names: [''] };

export interface SearchWish {
  readonly filter: AuditFilter;
  /** Only calls with a smaller index. */
  readonly below?: number | undefined;
  /** How many events of it are wanted at first. */
  readonly rows: number;
}

/**
 * Plans a search of everything now in the log; undefined if nothing can match. Throws Unavailable
 * if the search is not possible yet.
 */
export async function planSearch(
  database: Omit<SearchReads, 'close'>,
  intents: OpenIntents,
  { filter, below, rows }: SearchWish,
): Promise<SearchPlan | undefined> {
  const terms = termsOf(filter);
  if (terms === undefined) return undefined;
  await database.integrated();
  const { size, openIntents } = await intents.find();
  // Afterwards: a call that was concluded until then is found by its outcome.
  await database.upToDate();
  const outer = await outerWindow(database, filter, size);
  const drivers = await chooseDrivers(database, terms, outer, rows);
  const end = Math.min(below ?? size, size);
  const parts = [
    { from: outer.below, below: size, drivers: [...drivers, LATE] },
    { ...outer, drivers },
    { from: 0, below: outer.from, drivers: [...drivers, LATE] },
  ].map((part) => ({ ...part, below: Math.min(part.below, end) }));
  return {
    terms,
    parts: parts.filter((part) => part.from < part.below),
    condition: all([
      ...terms.map((term) => holds(term, database.dialect)),
      ...timeConditions(filter, sql`+e.time_ms`),
    ]),
    times: { ...filter, condition: all(timeConditions(filter, sql`e.time_ms`)) },
    size,
    openIntents,
  };
}

/**
 * Returns the next calls of a part, newest first. The slice ends where the rarest of its indexes
 * has about `count` rows: nothing else need be read on the way.
 */
export async function nextSlice(database: Reads, part: Part, count: number): Promise<Slice> {
  const reaches = part.drivers.map(async (driver) => ({
    driver,
    from: await reachOf(database, driver, part, count),
  }));
  const [rarest, ...others] = (await Promise.all(reaches)).toSorted((a, b) => a.from - b.from);
  // All calls have at most one entry at each index.
  const all = { driver: { by: 'all' }, from: Math.max(part.from, part.below - count) } as const;
  return {
    ...(rarest ?? all),
    others: others.map(({ driver }) => driver).filter((driver) => !isUnordered(driver)),
    below: part.below,
    rowsMax: rowsMaxOf(count),
  };
}

/** Selects the entries `e` by which the calls of a slice are listed. */
export function inSlice(slice: Slice, dialect: Dialect): Condition {
  const { driver, others, rowsMax } = slice;
  const listed = sql<SqlBool>`e.stage NOT IN ('intent', 'joined')`;
  if (driver.by === 'all') {
    return sql`${listed} AND e.call_index >= ${slice.from} AND e.call_index < ${slice.below}`;
  }
  const keys = commonKeysIn([driver, ...others], dialect, slice, rowsMax);
  return all([listed, isAmong(keys, dialect)]);
}

/** Selects open intents of a range, as a condition on `e`; undefined if there are none. */
export function openIn(
  plan: SearchPlan,
  { from, below }: Stretch,
  dialect: Dialect,
): Condition | undefined {
  const open = plan.openIntents.filter((index) => index >= from && index < below);
  if (open.length === 0) return undefined;
  const outcome = sql`SELECT 1 FROM ${sql.table(searchedName(dialect))} AS o
    WHERE o.call_index = e.leaf_index AND o.stage NOT IN ('intent', 'joined')`;
  return sql`e.stage = 'intent' AND e.leaf_index IN (${sql.join(open)})
    AND NOT ${exists(outcome, dialect)}`;
}

function timeConditions(
  { sinceMs, untilMs }: AuditFilter,
  time: RawBuilder<unknown>,
): readonly Condition[] {
  return [
    ...(sinceMs === undefined ? [] : [sql<SqlBool>`${time} >= ${sinceMs}`]),
    ...(untilMs === undefined ? [] : [sql<SqlBool>`${time} < ${untilMs}`]),
  ];
}

/** Returns the row limit: several values have a share each, and rows may have been added since. */
function rowsMaxOf(count: number): number {
  return 2 * count + 4_096;
}
