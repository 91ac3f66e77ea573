import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Reads } from '../../platform/storage/reads.js';
import type { Term, TermColumn } from '../domain/search-terms.js';

export type Dialect = Reads['dialect'];
export type Condition = RawBuilder<SqlBool>;

/** Entries by which calls are listed, worded like the partial indexes. */
export const LISTED = sql<SqlBool>`stage NOT IN ('intent', 'joined')`;
const NAMES = { key: 'keys', group: 'groups', mark: 'marks' } as const;

/**
 * Returns entries with their search columns, as `e`. SQLite has them in a separate database, whose
 * indexes have equal names.
 */
export function searched(dialect: Dialect): RawBuilder<unknown> {
  return sql`${sql.table(searchedName(dialect))} AS e`;
}

export function searchedName(dialect: Dialect): 'audit_search' | 'audit_entries' {
  return dialect === 'sqlite' ? 'audit_search' : 'audit_entries';
}

/** Selects the event of an entry `e`; null if it is pruned, but still in SQLite's index. */
export function eventOf(dialect: Dialect): RawBuilder<Uint8Array | null> {
  return dialect === 'sqlite'
    ? sql`(SELECT event FROM audit_entries AS l WHERE l.leaf_index = e.leaf_index)`
    : sql.ref('e.event');
}

export function all(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql<SqlBool>`1 = 1` : sql<SqlBool>`${sql.join(conditions, AND)}`;
}

const AND = sql` AND `;
const OR = sql` OR `;

/** Selects a column that begins with a text, from `from` on; compared as UTF-8 bytes. */
export function startsWith(
  column: RawBuilder<unknown>,
  text: string,
  from = sql<SqlBool>`${column} >= ${text}`,
): Condition {
  // No name continues with the last code point.
  return sql<SqlBool>`(${from} AND ${column} < ${`${text}\u{10ffff}`})`;
}

/** Returns the condition of a term on the entry `e`; worded so that no index is chosen for it. */
export function holds(term: Term, dialect: Dialect): Condition {
  switch (term.on) {
    case 'auditId':
      return sql<SqlBool>`(e.audit_id || '') = ${term.auditId}`;
    case 'secret':
      return all([equals('namespace', term.namespace), equals('secret', term.secret)]);
    case 'name': {
      const { text, isPrefix } = term.pattern;
      return contains(NAMES[term.kind], isPrefix ? `\n${text}` : `\n${text}\n`, dialect);
    }
    case 'column': {
      const { column, values, prefixes } = term;
      const alternatives = [
        ...values.map((value) => equals(column, value)),
        ...prefixes.map((text) => startsWith(unindexed(column), text)),
      ];
      return sql<SqlBool>`(${sql.join(alternatives, OR)})`;
    }
  }
}

function equals(column: TermColumn, value: string | number): Condition {
  return sql<SqlBool>`${unindexed(column)} = ${value}`;
}

/** Returns the column of `e` as an expression without an index; null stays null. */
function unindexed(column: TermColumn): RawBuilder<unknown> {
  const of = sql.ref(`e.${column}`);
  return column === 'code' ? sql`(${of} + 0)` : sql`(${of} || '')`;
}

/**
 * Returns the key in every index that finds calls: in SQLite the table's key, in PostgreSQL only
 * its columns. Without it, each entry would have to be read.
 */
export function keyOf(dialect: Dialect): RawBuilder<unknown> {
  return sql.ref(dialect === 'sqlite' ? 'leaf_index' : 'call_index');
}

/** Requires that the listed entry `e` has one of a query's keys; the query runs once, first. */
export function isAmong(keys: RawBuilder<unknown>, dialect: Dialect): Condition {
  return dialect === 'sqlite'
    ? sql<SqlBool>`e.leaf_index IN (${keys})`
    : sql<SqlBool>`e.call_index = ANY (ARRAY(${keys}))`;
}

/** Requires that a query has a row, evaluated for each outer row. */
export function exists(query: RawBuilder<unknown>, dialect: Dialect): Condition {
  // Otherwise, PostgreSQL would read all that an index lists, and join that.
  return dialect === 'sqlite'
    ? sql<SqlBool>`EXISTS (${query})`
    : sql<SqlBool>`EXISTS (${query} OFFSET 0)`;
}

function contains(column: string, text: string, dialect: Dialect): Condition {
  const of = sql.ref(`e.${column}`);
  return dialect === 'sqlite'
    ? sql<SqlBool>`instr(${of}, ${text}) > 0`
    : sql<SqlBool>`strpos(${of}, ${text}) > 0`;
}
