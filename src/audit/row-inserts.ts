import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** Rows of one statement: for each statement SQLite opens the table and all its indexes again. */
const SIZES = [32, 8, 1] as const;

type Row<Column extends string> = Readonly<Record<Column, SQLInputValue>>;

/**
 * Inserts of rows into one table, many with one statement. A failed insert rolls back the whole
 * transaction, so that SQLite writes no journal for each statement.
 * https://www.sqlite.org/tempfiles.html#statement_journal_files
 */
export class RowInserts<Column extends string> {
  readonly #columns: readonly Column[];
  readonly #statements: ReadonlyMap<number, StatementSync>;

  constructor(database: DatabaseSync, table: string, columns: readonly Column[]) {
    this.#columns = columns;
    const row = `(${columns.map(() => '?').join(', ')})`;
    const head = `INSERT OR ROLLBACK INTO ${table} (${columns.join(', ')}) VALUES `;
    this.#statements = new Map(
      SIZES.map((size) => [size, database.prepare(head + Array(size).fill(row).join(', '))]),
    );
  }

  insert(rows: readonly Row<Column>[]): void {
    let start = 0;
    for (const [size, statement] of this.#statements) {
      for (; rows.length - start >= size; start += size) {
        statement.run(...this.#valuesOf(rows.slice(start, start + size)));
      }
    }
  }

  #valuesOf(rows: readonly Row<Column>[]): readonly SQLInputValue[] {
    const values: SQLInputValue[] = [];
    for (const row of rows) {
      for (const column of this.#columns) values.push(row[column]);
    }
    return values;
  }
}
