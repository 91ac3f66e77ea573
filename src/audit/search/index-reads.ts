import { type RawBuilder, sql } from 'kysely';
import type { Reads } from '../../platform/storage/reads.js';
import { type Driver, listsOf, type PrefixDriver, type Stretch } from './driver.js';
import { type IndexScan, newestFirst, scanOf, scanOfEach, scansOf, within } from './index-scan.js';
import { exists, keyOf } from './search-sql.js';

/** Rows that are merged in one query if an index has several lists. */
const MERGED_ROWS_MAX = 65_536;

/**
 * Returns how far down the newest `count` calls of a range reach; fewer, if many lists are merged.
 * The result is the index of the last call, or `from` if there are no more.
 */
export async function reachOf(
  database: Reads,
  driver: Driver,
  stretch: Stretch,
  count: number,
): Promise<number> {
  const { dialect } = database;
  const lists = listsOf(driver);
  const share = Math.min(count, Math.floor(MERGED_ROWS_MAX / lists));
  const newest = (list: IndexScan, rows: RawBuilder<unknown>) =>
    sql`SELECT call_index FROM ${list.from} WHERE ${within(list, stretch)}
      ORDER BY ${newestFirst(list)} LIMIT ${rows}`;
  // The row at the offset is the first row too many.
  const offset = sql`1 OFFSET ${sql.lit(share)}`;
  const merged = () => inEach(driver, dialect, (list) => newest(list, sql.lit(share + 1)));
  const found =
    lists === 1
      ? newest(scanOf(driver, dialect), offset)
      : sql`SELECT call_index FROM (${merged()}) AS lists
          ORDER BY call_index DESC LIMIT ${offset}`;
  const { rows } = await database.query((db) =>
    sql<{ readonly call_index: number }>`${found}`.execute(db),
  );
  const first = rows[0];
  return first === undefined ? stretch.from : Math.max(stretch.from, first.call_index + 1);
}

/** Selects keys of the entries that an index lists in a range, at most `limit`. */
export function keysIn(
  driver: Driver,
  dialect: Reads['dialect'],
  stretch: Stretch,
  limit: number,
): RawBuilder<unknown> {
  return sql`SELECT ${keyOf(dialect)} FROM (${rowsOf(driver, dialect, stretch, limit)}) AS keys`;
}

/**
 * Selects keys of calls that other indexes list as well. Each index is probed by call, which is
 * much less work than reading the entry itself.
 */
export function commonKeysIn(
  [driver, ...others]: readonly [Driver, ...Driver[]],
  dialect: Reads['dialect'],
  stretch: Stretch,
  limit: number,
): RawBuilder<unknown> {
  if (others.length === 0) return keysIn(driver, dialect, stretch, limit);
  const listed = others.map((other) => {
    const { from, where } = scanOf(other, dialect);
    return exists(sql`SELECT 1 FROM ${from} WHERE ${where} AND call_index = d.call_index`, dialect);
  });
  return sql`SELECT ${keyOf(dialect)} FROM (${rowsOf(driver, dialect, stretch, limit)}) AS d
    WHERE ${sql.join(listed, sql` AND `)}`;
}

function rowsOf(
  driver: Driver,
  dialect: Reads['dialect'],
  stretch: Stretch,
  limit: number,
): RawBuilder<unknown> {
  const columns = dialect === 'sqlite' ? sql`leaf_index, call_index` : sql`call_index`;
  const rows = (scan: IndexScan) => sql`SELECT ${columns} FROM ${scan.from}
    WHERE ${within(scan, stretch)} LIMIT ${sql.lit(limit)}`;
  // An index cannot return several values of one condition in order.
  return dialect === 'sqlite' ? rows(scanOf(driver, dialect)) : inEach(driver, dialect, rows);
}

/** Merges a query over each of a driver's lists. */
function inEach(
  driver: Driver,
  dialect: Reads['dialect'],
  query: (list: IndexScan) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  const each = dialect === 'postgres' ? scanOfEach(driver) : undefined;
  if (each !== undefined) {
    // Planning each of many would take longer than running them.
    return sql`SELECT list.* FROM unnest(${each.of}::text[]) AS each(value)
      CROSS JOIN LATERAL (${query(each.scan)}) AS list`;
  }
  const found = scansOf(driver, dialect).map(
    (list, at) => sql`SELECT * FROM (${query(list)}) AS ${sql.ref(`list${at}`)}`,
  );
  return sql.join(found, sql` UNION ALL `);
}

/** Returns how many rows an index has in a range, counted no further than `most`. */
export async function countUpTo(
  database: Reads,
  driver: Driver,
  stretch: Stretch,
  most: number,
): Promise<number> {
  const keys = keysIn(driver, database.dialect, stretch, most);
  const { rows } = await database.query((db) =>
    sql<{ readonly found: number }>`SELECT count(*) AS found FROM (${keys}) AS keys`.execute(db),
  );
  return Number(rows[0]?.found ?? 0);
}

/** Returns the names that begin with a text, in order, at most `limit`; one index step for each. */
export async function namesWith(
  database: Reads,
  driver: PrefixDriver,
  limit: number,
): Promise<readonly string[]> {
  const name = sql.ref(driver.by === 'namePrefix' ? 'name' : driver.column);
  const least = ({ from, where }: IndexScan) =>
    sql`SELECT min(${name}) FROM ${from} WHERE ${where}`;
  const first = scanOf(driver, database.dialect);
  // Only one lower bound: of two, SQLite uses the fixed one.
  const next = scanOf(driver, database.dialect, sql`${name} > steps.found`);
  const { rows } = await database.query((db) =>
    sql<{ readonly found: string }>`WITH RECURSIVE steps(found) AS (
      ${least(first)} UNION ALL
      SELECT (${least(next)}) FROM steps WHERE steps.found IS NOT NULL)
    SELECT found FROM steps WHERE found IS NOT NULL LIMIT ${sql.lit(limit)}`.execute(db),
  );
  return rows.map(({ found }) => found);
}
