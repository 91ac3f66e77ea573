import { DatabaseSync } from 'node:sqlite';
import type { EntryRows } from '../src/audit/domain/entry-rows.js';

const rowsPerCommit = 50_000;

/**
 * Writes rows into an empty database of the gateway's, without waiting for the disk, and builds the
 * indexes afterwards. Returns the number of entries.
 */
export function fillSqlite(path: string, rows: Iterable<EntryRows>): number {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -400000');
  const indexes = database
    .prepare(
      `SELECT name, sql FROM sqlite_schema
      WHERE type = 'index' AND tbl_name = 'audit_entries' AND sql IS NOT NULL`,
    )
    .all() as { name: string; sql: string }[];
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`);
  const size = insertAll(database, rows);
  for (const { sql } of indexes) database.exec(sql);
  database.prepare('UPDATE audit_head SET size = ? WHERE id = 1').run(size);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  return size;
}

function insertAll(database: DatabaseSync, rows: Iterable<EntryRows>): number {
  let size = 0;
  let insertEntry: ReturnType<DatabaseSync['prepare']> | undefined;
  // In the order of its key a table without row ids is filled many times as fast.
  database.exec('CREATE TEMP TABLE waiting (kind, name, call_index, leaf_index)');
  const insertName = database.prepare('INSERT INTO waiting VALUES (?, ?, ?, ?)');
  database.exec('BEGIN');
  for (const { entry, names } of rows) {
    insertEntry ??= database.prepare(
      `INSERT INTO audit_entries (${Object.keys(entry).join(', ')})
        VALUES (${Object.keys(entry)
          .map((name) => `:${name}`)
          .join(', ')})`,
    );
    insertEntry.run({ ...entry });
    for (const { kind, name, call_index, leaf_index } of names) {
      insertName.run(kind, name, call_index, leaf_index);
    }
    size += 1;
    if (size % rowsPerCommit === 0) database.exec('COMMIT; BEGIN');
  }
  database.exec(`INSERT INTO audit_names (kind, name, call_index, leaf_index)
    SELECT kind, name, call_index, leaf_index FROM waiting
    ORDER BY kind, name, call_index, leaf_index`);
  database.exec('COMMIT; DROP TABLE waiting');
  return size;
}
