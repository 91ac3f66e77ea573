import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqliteStatement } from 'kysely';
import { limits } from '../../core/limits.js';

interface Kept {
  readonly statement: StatementSync;
  readonly reader: boolean;
}

/** A PRAGMA may take effect when it is prepared, not when it is run, so it is never cached. */
const MAY_BE_KEPT = /^\s*(?:select|insert|update|delete|with)\b/i;

/** The last used prepared statements of a connection: preparing takes as long as running. */
export class StatementCache {
  readonly #database: DatabaseSync;
  readonly #kept = new Map<string, Kept>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  prepare(sql: string): SqliteStatement {
    const found = this.#kept.get(sql);
    // Moves it to the end of the order of use.
    this.#kept.delete(sql);
    const { statement, reader } = found ?? prepared(this.#database, sql);
    const keep = (parameters: readonly unknown[]): void => {
      this.#keep(sql, { statement, reader }, parameters);
    };
    return {
      reader,
      all: (parameters) => {
        const rows = statement.all(...bindable(parameters));
        keep(parameters);
        return rows;
      },
      run: (parameters) => {
        const result = statement.run(...bindable(parameters));
        keep(parameters);
        return result;
      },
      // A statement that is still being read must not be run again.
      iterate: (parameters) => statement.iterate(...bindable(parameters)),
    };
  }

  /** Caches a statement, unless its values are large: SQLite retains the last bound values. */
  #keep(sql: string, kept: Kept, parameters: readonly unknown[]): void {
    if (!MAY_BE_KEPT.test(sql) || sql.length > limits.sqliteStatementLengthMax) return;
    if (boundBytes(parameters) > limits.sqliteStatementBoundBytesMax) return;
    this.#kept.set(sql, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > limits.sqliteStatementsMax && oldest !== undefined) {
      this.#kept.delete(oldest);
    }
  }
}

function prepared(database: DatabaseSync, sql: string): Kept {
  const statement = database.prepare(sql);
  return { statement, reader: statement.columns().length > 0 };
}

function boundBytes(parameters: readonly unknown[]): number {
  return parameters.reduce<number>((sum, one) => {
    if (typeof one === 'string') return sum + one.length;
    return one instanceof Uint8Array ? sum + one.byteLength : sum;
  }, 0);
}

// Kysely's compiler emits only values that the typed tables allow: numbers, text, bytes and null.
function bindable(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[];
}
