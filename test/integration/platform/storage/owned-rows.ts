import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import pg from 'pg';
import type { StorageLocation } from '../../../../src/platform/storage/storage-location.js';
import type { Row } from './changed-database.js';

/** All rows of a database, for somebody who has the file, or owns the tables. */
export interface OwnedRows {
  /** Takes away what guards the tables, foreign keys as well. */
  liftGuards(): Promise<void>;
  tables(): Promise<readonly string[]>;
  /** Columns of the primary key. */
  keysOf(table: string): Promise<readonly string[]>;
  rowsOf(table: string): Promise<readonly Row[]>;
  /** Puts these in the place of all rows; whether the database took them. */
  put(table: string, rows: readonly Row[]): Promise<boolean>;
  close(): Promise<void>;
}

export function ownRows(location: StorageLocation): Promise<OwnedRows> {
  return location.dialect === 'sqlite'
    ? Promise.resolve(ownFile(location.path))
    : ownServer(location.url);
}

function ownFile(path: string): OwnedRows {
  const owner = new DatabaseSync(path, { enableForeignKeyConstraints: false, timeout: 5_000 });
  owner.exec('PRAGMA ignore_check_constraints = ON');
  const all = (sql: string) => owner.prepare(sql).all() as Row[];
  return {
    async liftGuards() {
      const triggers = all(
        `SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql NOT LIKE '%INSTEAD OF%'`,
      );
      for (const { name } of triggers) owner.exec(`DROP TRIGGER "${String(name)}"`);
    },
    tables: async () =>
      all(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`).map(
        ({ name }) => String(name),
      ),
    keysOf: async (table) =>
      all(`PRAGMA table_info("${table}")`)
        .filter(({ pk }) => Number(pk) > 0)
        .map(({ name }) => String(name)),
    rowsOf: async (table) => all(`SELECT * FROM "${table}"`),
    async put(table, rows) {
      owner.exec('BEGIN IMMEDIATE');
      try {
        owner.exec(`DELETE FROM "${table}"`);
        for (const row of rows) {
          const { names, values } = partsOf(row);
          const marks = values.map(() => '?').join(', ');
          const insert = `INSERT INTO "${table}" (${names}) VALUES (${marks})`;
          owner.prepare(insert).run(...(values as SQLInputValue[]));
        }
        owner.exec('COMMIT');
        return true;
      } catch {
        owner.exec('ROLLBACK');
        return false;
      }
    },
    close: async () => owner.close(),
  };
}

async function ownServer(url: string): Promise<OwnedRows> {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  for (const json of [pg.types.builtins.JSON, pg.types.builtins.JSONB]) {
    types.setTypeParser(json, String);
  }
  const owner = new pg.Client({ connectionString: url, types });
  await owner.connect();
  const all = async (sql: string, ...values: unknown[]) =>
    (await owner.query<Record<string, unknown>>(sql, values)).rows;
  const tables = async () => {
    const rows = await all(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
    return rows.map(({ tablename }) => String(tablename)).toSorted();
  };
  return {
    async liftGuards() {
      for (const table of await tables()) {
        await owner.query(`ALTER TABLE "${table}" DISABLE TRIGGER ALL`);
      }
    },
    tables,
    keysOf: async (table) => {
      const rows = await all(
        `SELECT a.attname FROM pg_index i JOIN pg_attribute a
          ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
          WHERE i.indrelid = $1::regclass AND i.indisprimary`,
        table,
      );
      return rows.map(({ attname }) => String(attname));
    },
    rowsOf: (table) => all(`SELECT * FROM "${table}"`),
    async put(table, rows) {
      await owner.query('BEGIN');
      try {
        await owner.query(`DELETE FROM "${table}"`);
        for (const row of rows) {
          const { names, values } = partsOf(row);
          const marks = values.map((_, at) => `$${at + 1}`).join(', ');
          await owner.query(
            `INSERT INTO "${table}" (${names}) OVERRIDING SYSTEM VALUE VALUES (${marks})`,
            [...values],
          );
        }
        await owner.query('COMMIT');
        return true;
      } catch {
        await owner.query('ROLLBACK');
        return false;
      }
    },
    close: () => owner.end(),
  };
}

function partsOf(row: Row): { readonly names: string; readonly values: readonly unknown[] } {
  const names = Object.keys(row).map((column) => `"${column}"`);
  return { names: names.join(', '), values: Object.values(row) };
}
