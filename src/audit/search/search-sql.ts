import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Reads } from '../../platform/storage/reads.js';
import type { Term, TermColumn } from '../domain/search-terms.js';

export type Dialect = Reads['dialect'];
export type Condition = RawBuilder<SqlBool>;

/** Entries by which calls are listed, in the words of the partial indexes. */
export const LISTED = sql<SqlBool>`stage NOT IN ('intent', 'joined')`;
const NAMES = { key: 'keys', group: 'groups', mark: 'marks' } as const;

/**
 * Entries with what they are found by, as `e`. SQLite has them in a database of their own, whose
 * indexes are called alike.
 */
export function searched(dialect: Dialect): RawBuilder<unknown> {
  return sql`${sql.table(searchedName(dialect))} AS e`;
}

export function searchedName(dialect: Dialect): 'audit_search' | 'audit_entries' {
  return dialect === 'sqlite' ? 'audit_search' : 'audit_entries';
}

/** The event of an entry `e`; null of one that is gone, but still in SQLite's index. */
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

/** A column that begins with a text, or goes on `from` there; compared as UTF-8 bytes. */
export function startsWith(
  column: RawBuilder<unknown>,
  text: string,
  from = sql<SqlBool>`${column} >= ${text}`,
): Condition {
  // No name goes on with the last code point there is.
  return sql<SqlBool>`(${from} AND ${column} < ${`${text}\u{10ffff}`})`;
}

/** That a term holds of the entry `e`; worded so that no index is chosen for it. */
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

/** The column of `e` as an expression that is none of an index; null stays null. */
function unindexed(column: TermColumn): RawBuilder<unknown> {
  const of = sql.ref(`e.${column}`);
  return column === 'code' ? sql`(${of} + 0)` : sql`(${of} || '')`;
}

/**
 * What every index has by which calls are found: SQLite the key of the table, PostgreSQL no more
 * than its columns. Without it a look at each entry would be needed.
 */
export function keyOf(dialect: Dialect): RawBuilder<unknown> {
  return sql.ref(dialect === 'sqlite' ? 'leaf_index' : 'call_index');
}

/** That the listed entry `e` has one of a query's keys, which is run once, before all else. */
export function isAmong(keys: RawBuilder<unknown>, dialect: Dialect): Condition {
  return dialect === 'sqlite'
    ? sql<SqlBool>`e.leaf_index IN (${keys})`
    : sql<SqlBool>`e.call_index = ANY (ARRAY(${keys}))`;
}

/** That a query has a row, asked anew for each row outside of it. */
export function exists(query: RawBuilder<unknown>, dialect: Dialect): Condition {
  // PostgreSQL would else read all that an index lists, and join that.
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
