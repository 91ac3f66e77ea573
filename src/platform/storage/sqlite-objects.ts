import { DatabaseSync } from 'node:sqlite';
import { StorageError } from './storage-error.js';

/** Tables, indexes and triggers of a database, each with its SQL. */
export type SqliteObjects = ReadonlyMap<string, string>;

const NAME_CHARACTERS_MAX = 100;
/**
 * Excludes SQLite's own tables and indexes. Writers of the file can give a trigger any name.
 * https://www.sqlite.org/schematab.html
 */
const OBJECTS = `SELECT type, name, sql FROM sqlite_schema
  WHERE type NOT IN ('table', 'index') OR substr(name, 1, 7) <> 'sqlite_'`;

export function objectsIn(database: DatabaseSync): SqliteObjects {
  const rows = database.prepare(OBJECTS).all();
  return new Map(
    rows.map((row) => [`${String(row['type'])} ${String(row['name'])}`, String(row['sql'])]),
  );
}

/** Returns the objects of an empty database after its preparation. */
export function objectsAfter(
  prepare: (database: DatabaseSync) => Promise<void>,
): Promise<SqliteObjects>;
export function objectsAfter(prepare: (database: DatabaseSync) => void): SqliteObjects;
export function objectsAfter(prepare: (database: DatabaseSync) => void | Promise<void>) {
  const database = new DatabaseSync(':memory:');
  const finish = (): SqliteObjects => {
    const objects = objectsIn(database);
    database.close();
    return objects;
  };
  const preparing = prepare(database);
  return preparing === undefined ? finish() : preparing.then(finish);
}

/**
 * Returns the first unexpected, changed or missing object with its problem. A trigger or a view
 * changes and hides what other writers write, whatever they check.
 */
export function changedObject(found: SqliteObjects, expected: SqliteObjects): string | undefined {
  const shown = (name: string): string => JSON.stringify(name.slice(0, NAME_CHARACTERS_MAX));
  for (const [name, sql] of found) {
    if (expected.get(name) !== sql) return `${shown(name)} was made or changed by somebody else`;
  }
  for (const name of expected.keys()) if (!found.has(name)) return `${shown(name)} is missing`;
  return undefined;
}

/** Throws StorageError if the database at a path does not have the expected objects. */
export function demandObjects(found: SqliteObjects, expected: SqliteObjects, path: string): void {
  const change = changedObject(found, expected);
  if (change === undefined) return;
  throw new StorageError(`the schema of the database ${path} was changed: ${change}`);
}
