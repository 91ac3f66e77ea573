import type { DatabaseSync } from 'node:sqlite';

/** What somebody does who has the file: its triggers are no hindrance, and there afterwards. */
export function pastGuards<T>(database: DatabaseSync, work: () => T): T {
  const guards = database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  database.exec('BEGIN IMMEDIATE');
  for (const { name } of guards) database.exec(`DROP TRIGGER "${String(name)}"`);
  const result = work();
  for (const { sql } of guards) database.exec(String(sql));
  database.exec('COMMIT');
  return result;
}
