import { type RawBuilder, sql, type SqlBool } from 'kysely';
import { type Driver, listsOf, type Stretch } from './driver.js';
import {
  all,
  type Condition,
  type Dialect,
  LISTED,
  searched,
  searchedName,
  startsWith,
} from './search-sql.js';

/** Part of one index. */
export interface IndexScan {
  /** The table; in SQLite with the index, since SQLite has no statistics to choose by. */
  readonly from: RawBuilder<unknown>;
  readonly where: Condition;
  /** Many names separate the calls' order from the index's. */
  readonly isUnordered?: true;
}

/** Partial indexes, which omit the value of nearly all events. */
const PARTIAL = {
  outcome: { index: 'refused', where: sql<SqlBool>`outcome <> 'allowed'` },
  source: { index: 'reported', where: sql<SqlBool>`source <> 'gateway'` },
} as const;

/** Returns the lists of a driver: in each, the calls are in order. */
export function scansOf(driver: Driver, dialect: Dialect): readonly IndexScan[] {
  if (driver.by === 'column') {
    return driver.values.map((value) => scanOf({ ...driver, values: [value] }, dialect));
  }
  if (driver.by === 'name') {
    return driver.names.map((name) => scanOf({ ...driver, names: [name] }, dialect));
  }
  return [scanOf(driver, dialect)];
}

/** Returns the lists as one scan, by the value that PostgreSQL calls `each.value`. */
export function scanOfEach(
  driver: Driver,
): { of: readonly unknown[]; scan: IndexScan } | undefined {
  const value = sql.ref('each.value');
  if (listsOf(driver) === 1) return undefined;
  if (driver.by === 'column') {
    const { table, of } = columnIndex(driver.column, 'postgres');
    return { of: driver.values, scan: scan(table, of, sql`${sql.ref(driver.column)} = ${value}`) };
  }
  return driver.by === 'name'
    ? { of: driver.names, scan: names(driver.kind, sql`name = ${value}`) }
    : undefined;
}

/** Returns all of a driver's lists as one; a prefix's lists from a name on, if given. */
export function scanOf(driver: Driver, dialect: Dialect, from?: Condition): IndexScan {
  switch (driver.by) {
    case 'all':
      return scan(indexed('call', dialect), all([]), all([]));
    case 'nothing':
      return scan(sql.table(searchedName(dialect)), LISTED, sql`1 = 0`);
    case 'secret': {
      const { namespace, secret } = driver;
      const table = indexed('secret_of', dialect);
      return scan(table, LISTED, sql`namespace = ${namespace} AND secret = ${secret}`);
    }
    case 'column': {
      const { table, of } = columnIndex(driver.column, dialect);
      return scan(table, of, sql`${sql.ref(driver.column)} IN (${sql.join(driver.values)})`);
    }
    case 'auditId': {
      const { auditId, source } = driver;
      const ofSource = source === undefined ? [] : [sql<SqlBool>`source = ${source}`];
      const match = all([sql`audit_id = ${auditId}`, ...ofSource]);
      return { ...scan(indexed('of_id', dialect), LISTED, match), isUnordered: true };
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

/** Returns a column's whole index. */
export function wholeScan(column: string, dialect: Dialect): IndexScan {
  const { table, of } = columnIndex(column, dialect);
  return scan(table, of, sql`${sql.ref(column)} IS NOT NULL`);
}

/** Returns the index of times, of entries `e`. */
export function timeScan(dialect: Dialect): IndexScan {
  const entries = searched(dialect);
  const table = dialect === 'sqlite' ? sql`${entries} INDEXED BY audit_search_time` : entries;
  return scan(table, LISTED, all([]));
}

/** Returns the condition for a scan within a range of calls. */
export function within(one: IndexScan, { from, below }: Stretch): Condition {
  // No pairs in PostgreSQL: their scan does not stop where the second column leaves the range.
  const call = callOf(one);
  return all([one.where, sql`${call} >= ${from}`, sql`${call} < ${below}`]);
}

/** Orders a scan by the newest calls first. */
export function newestFirst(one: IndexScan): RawBuilder<unknown> {
  return sql`${callOf(one)} DESC`;
}

/** Returns the call, with a plus if the order of calls must not replace the names' index. */
function callOf({ isUnordered }: IndexScan): RawBuilder<unknown> {
  return isUnordered === true ? sql`+call_index` : sql`call_index`;
}

function scan(from: RawBuilder<unknown>, of: Condition, match: Condition): IndexScan {
  return { from, where: all([of, match]) };
}

function columnIndex(column: string, dialect: Dialect) {
  if (column !== 'outcome' && column !== 'source') {
    return { table: indexed(column, dialect), of: LISTED };
  }
  const { index, where } = PARTIAL[column];
  return { table: indexed(index, dialect), of: all([LISTED, where]) };
}

function names(kind: string, match: Condition): IndexScan {
  return scan(sql.table('audit_names'), sql`kind = ${sql.lit(kind)}`, match);
}

function indexed(index: string, dialect: Dialect): RawBuilder<unknown> {
  const table = sql.table(searchedName(dialect));
  return dialect === 'sqlite' ? sql`${table} INDEXED BY ${sql.id(`audit_search_${index}`)}` : table;
}
