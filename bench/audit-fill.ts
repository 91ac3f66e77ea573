import { DatabaseSync } from 'node:sqlite';
import type { EntryRows } from '../src/audit/domain/entry-rows.js';
import { limits } from '../src/core/limits.js';

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
  const insert = database.prepare(`INSERT INTO audit_entries
    (leaf_index, stage, call_index, source, written_ms, leaf_hash, event, mac)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  let size = 0;
  database.exec('BEGIN');
  for (const { entry, names } of rows) {
    const { leaf_index, stage, call_index, source, time_ms, leaf_hash, event, mac } = entry;
    const isLate = names.some(({ kind }) => kind === 'late');
    const writtenMs = isLate ? time_ms + limits.auditLateMs + 1 : time_ms;
    insert.run(leaf_index, stage, call_index, source, writtenMs, leaf_hash, event, mac);
    size += 1;
    if (size % rowsPerCommit === 0) database.exec('COMMIT; BEGIN');
  }
  database.exec('COMMIT');
  return size;
}
