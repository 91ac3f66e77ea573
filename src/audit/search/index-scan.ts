import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Driver, Stretch } from './driver.js';
import { all, type Condition, type Dialect, LISTED, startsWith } from './search-sql.js';

/** A part of one index. */
export interface IndexScan {
  /** The table; in SQLite with the index, since it has no statistics to choose by. */
  readonly from: RawBuilder<unknown>;
  readonly where: Condition;
  /** What the index is of; its first columns and their values, where these are one each. */
  readonly of: Condition;
  readonly lead?: Readonly<Record<string, string | number>>;
  /** Many names lie between the calls' order and the index'. */
  readonly isUnordered?: true;
}

/** What nearly all events have is left out of these indexes. */
const PARTIAL = {
  outcome: { index: 'audit_entries_refused', where: sql<SqlBool>`outcome <> 'allowed'` },
  source: { index: 'audit_entries_reported', where: sql<SqlBool>`source <> 'gateway'` },
} as const;

/** The lists of a driver: in each the calls are in order. */
export function scansOf(driver: Driver, dialect: Dialect): readonly IndexScan[] {
  if (driver.by === 'column') {
    return driver.values.map((value) => scanOf({ ...driver, values: [value] }, dialect));
  }
  if (driver.by === 'name') {
    return driver.names.map((name) => scanOf({ ...driver, names: [name] }, dialect));
  }
  return [scanOf(driver, dialect)];
}

/** All of a driver's lists as one; those of a prefix from a name on, where that is given. */
export function scanOf(driver: Driver, dialect: Dialect, from?: Condition): IndexScan {
  switch (driver.by) {
    case 'all':
      return scan(indexed('audit_entries_call', dialect), all([]), all([]));
    case 'nothing':
      return scan(sql.table('audit_entries'), LISTED, sql`1 = 0`);
    case 'secret': {
      const { namespace, secret } = driver;
      const table = indexed('audit_entries_secret_of', dialect);
      return leadBy(table, LISTED, { namespace, secret });
    }
    case 'column': {
      const { table, of } = columnIndex(driver.column, dialect);
      const [only] = driver.values;
      return driver.values.length === 1 && only !== undefined
        ? leadBy(table, of, { [driver.column]: only })
        : scan(table, of, sql`${sql.ref(driver.column)} IN (${sql.join(driver.values)})`);
    }
    case 'columnPrefix': {
      const { table, of } = columnIndex(driver.column, dialect);
      const match = startsWith(sql.ref(driver.column), driver.text, from);
      return { ...scan(table, of, match), isUnordered: true };
    }
    case 'name':
      return names(driver.kind, sql`name IN (${sql.join(driver.names)})`);
    case 'namePrefix': {
      const match = startsWith(sql.ref('name'), driver.text, from);
      return { ...names(driver.kind, match), isUnordered: true };
    }
  }
}

/** A column's whole index. */
export function wholeScan(column: string, dialect: Dialect): IndexScan {
  const { table, of } = columnIndex(column, dialect);
  return scan(table, of, sql`${sql.ref(column)} IS NOT NULL`);
}

/** The index of times, of entries `e`. */
export function timeScan(dialect: Dialect): IndexScan {
  const table =
    dialect === 'sqlite'
      ? sql`audit_entries AS e INDEXED BY audit_entries_time`
      : sql`audit_entries AS e`;
  return scan(table, LISTED, all([]));
}

/** What a scan has in a stretch of calls. */
export function within(one: IndexScan, { from, below }: Stretch, dialect: Dialect): Condition {
  const { of, where, lead } = one;
  if (dialect === 'postgres' && lead !== undefined) {
    // The order of calls alone must not lure PostgreSQL to another index: this one knows pairs.
    const values = Object.values(lead);
    const columns = columnsOf(lead);
    return all([
      of,
      sql`(${columns}) >= (${sql.join([...values, from])})`,
      sql`(${columns}) < (${sql.join([...values, below])})`,
    ]);
  }
  const call = callOf(one);
  return all([where, sql`${call} >= ${from}`, sql`${call} < ${below}`]);
}

/** The newest calls of a scan first. */
export function newestFirst(one: IndexScan, dialect: Dialect): RawBuilder<unknown> {
  const { lead } = one;
  if (dialect === 'sqlite' || lead === undefined) return sql`${callOf(one)} DESC`;
  const columns = [...Object.keys(lead), 'call_index'];
  return sql.join(columns.map((column) => sql`${sql.ref(column)} DESC`));
}

/** With a plus where the order of calls must not lure the database away from the names' index. */
function callOf({ isUnordered }: IndexScan): RawBuilder<unknown> {
  return isUnordered === true ? sql`+call_index` : sql`call_index`;
}

function columnsOf(lead: Readonly<Record<string, unknown>>): RawBuilder<unknown> {
  return sql.join([...Object.keys(lead), 'call_index'].map((column) => sql.ref(column)));
}

function scan(from: RawBuilder<unknown>, of: Condition, match: Condition): IndexScan {
  return { from, of, where: all([of, match]) };
}

function leadBy(
  from: RawBuilder<unknown>,
  of: Condition,
  lead: Readonly<Record<string, string | number>>,
): IndexScan {
  const match = Object.entries(lead).map(
    ([name, value]) => sql<SqlBool>`${sql.ref(name)} = ${value}`,
  );
  return { ...scan(from, of, all(match)), lead };
}

function columnIndex(column: string, dialect: Dialect) {
  if (column !== 'outcome' && column !== 'source') {
    return { table: indexed(`audit_entries_${column}`, dialect), of: LISTED };
  }
  const { index, where } = PARTIAL[column];
  return { table: indexed(index, dialect), of: all([LISTED, where]) };
}

function names(kind: string, match: Condition): IndexScan {
  return scan(sql.table('audit_names'), sql`kind = ${sql.lit(kind)}`, match);
}

function indexed(index: string, dialect: Dialect): RawBuilder<unknown> {
  return dialect === 'sqlite'
    ? sql`audit_entries INDEXED BY ${sql.id(index)}`
    : sql.table('audit_entries');
}
