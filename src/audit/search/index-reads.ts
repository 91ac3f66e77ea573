import { type RawBuilder, sql } from 'kysely';
import type { Reads } from '../../storage/reads.js';
import type { Driver, PrefixDriver, Stretch } from './driver.js';
import { type IndexScan, newestFirst, scanOf, scansOf, within } from './index-scan.js';

/** Rows that are merged in one query where an index has several lists. */
const MERGED_ROWS_MAX = 65_536;

/**
 * How far down the newest `count` calls of a stretch reach (fewer, where many lists are merged):
 * the index of the last one, or `from` where there are no more.
 */
export async function reachOf(
  database: Reads,
  driver: Driver,
  stretch: Stretch,
  count: number,
): Promise<number> {
  const { dialect } = database;
  const lists = scansOf(driver, dialect);
  const share = Math.min(count, Math.floor(MERGED_ROWS_MAX / lists.length));
  const newest = (list: IndexScan, rows: RawBuilder<unknown>) =>
    sql`SELECT call_index FROM ${list.from} WHERE ${within(list, stretch, dialect)}
      ORDER BY ${newestFirst(list, dialect)} LIMIT ${rows}`;
  const [only] = lists;
  // What lies at the offset is the first one too many.
  const offset = sql`1 OFFSET ${sql.lit(share)}`;
  const found =
    lists.length === 1 && only !== undefined
      ? newest(only, offset)
      : sql`SELECT call_index FROM (${sql.join(
          lists.map((list, at) => {
            return sql`SELECT call_index FROM (${newest(list, sql.lit(share + 1))})
              AS ${sql.ref(`list${at}`)}`;
          }),
          sql` UNION ALL `,
        )}) AS lists ORDER BY call_index DESC LIMIT ${offset}`;
  const { rows } = await database.query((db) =>
    sql<{ readonly call_index: number }>`${found}`.execute(db),
  );
  const first = rows[0];
  return first === undefined ? stretch.from : Math.max(stretch.from, first.call_index + 1);
}

/** Leaf indexes of the entries that an index lists in a stretch, at most `limit`. */
export function leavesOf(
  driver: Driver,
  dialect: Reads['dialect'],
  stretch: Stretch,
  limit: number,
): RawBuilder<unknown> {
  return sql`SELECT leaf_index FROM (${rowsOf(driver, dialect, stretch, limit)}) AS leaves`;
}

/**
 * The same, of calls that other indexes list as well: each is asked for by its call, which is less
 * work by far than a look at the entry itself.
 */
export function commonLeavesOf(
  [driver, ...others]: readonly [Driver, ...Driver[]],
  dialect: Reads['dialect'],
  stretch: Stretch,
  limit: number,
): RawBuilder<unknown> {
  if (others.length === 0) return leavesOf(driver, dialect, stretch, limit);
  // PostgreSQL would else read all that the index lists, and join that.
  const oneByOne = dialect === 'postgres' ? sql` OFFSET 0` : sql``;
  const listed = others.map((other) => {
    const { from, where } = scanOf(other, dialect);
    return sql`EXISTS (SELECT 1 FROM ${from}
      WHERE ${where} AND call_index = d.call_index${oneByOne})`;
  });
  return sql`SELECT leaf_index FROM (${rowsOf(driver, dialect, stretch, limit)}) AS d
    WHERE ${sql.join(listed, sql` AND `)}`;
}

function rowsOf(
  driver: Driver,
  dialect: Reads['dialect'],
  stretch: Stretch,
  limit: number,
): RawBuilder<unknown> {
  const rows = (scan: IndexScan) => sql`SELECT leaf_index, call_index FROM ${scan.from}
    WHERE ${within(scan, stretch, dialect)} LIMIT ${sql.lit(limit)}`;
  // Several values in one condition are no order that an index has.
  const lists = dialect === 'sqlite' ? [] : scansOf(driver, dialect);
  if (lists.length < 2) return rows(scanOf(driver, dialect));
  return sql.join(
    lists.map((list) => sql`(${rows(list)})`),
    sql` UNION ALL `,
  );
}

/** How many rows an index has in a stretch, counted no further than `most`. */
export async function countUpTo(
  database: Reads,
  driver: Driver,
  stretch: Stretch,
  most: number,
): Promise<number> {
  const leaves = leavesOf(driver, database.dialect, stretch, most);
  const { rows } = await database.query((db) =>
    sql<{ readonly found: number }>`SELECT count(*) AS found FROM (${leaves}) AS leaves`.execute(
      db,
    ),
  );
  return Number(rows[0]?.found ?? 0);
}

/** The names that begin with a text, in order, at most `limit`; each by one step in the index. */
export async function namesWith(
  database: Reads,
  driver: PrefixDriver,
  limit: number,
): Promise<readonly string[]> {
  const name = sql.ref(driver.by === 'namePrefix' ? 'name' : driver.column);
  const least = ({ from, where }: IndexScan) =>
    sql`SELECT min(${name}) FROM ${from} WHERE ${where}`;
  const first = scanOf(driver, database.dialect);
  // One lower bound alone: of two SQLite takes the one that does not move.
  const next = scanOf(driver, database.dialect, sql`${name} > steps.found`);
  const { rows } = await database.query((db) =>
    sql<{ readonly found: string }>`WITH RECURSIVE steps(found) AS (
      ${least(first)} UNION ALL
      SELECT (${least(next)}) FROM steps WHERE steps.found IS NOT NULL)
    SELECT found FROM steps WHERE found IS NOT NULL LIMIT ${sql.lit(limit)}`.execute(db),
  );
  return rows.map(({ found }) => found);
}
