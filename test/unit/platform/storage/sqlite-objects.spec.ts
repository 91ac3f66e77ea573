import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import {
  changedObject,
  objectsAfter,
  objectsIn,
} from '../../../../src/platform/storage/sqlite-objects.js';

const prepare = (database: DatabaseSync): void =>
  database.exec(`CREATE TABLE logged (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT UNIQUE);
    CREATE INDEX by_text ON logged (text)`);

/** What is wrong once somebody has run this in a database of ours. */
function changeBy(sql: string): string | undefined {
  // Whoever has a file can write its schema by any program.
  const database = new DatabaseSync(':memory:', { defensive: false });
  prepare(database);
  database.exec(sql);
  const found = objectsIn(database);
  database.close();
  return changedObject(found, objectsAfter(prepare));
}

describe('what a database is made of', () => {
  it('is as expected while nobody has changed it, whatever rows and statistics it has', () => {
    expect(changeBy("INSERT INTO logged (text) VALUES ('one'); ANALYZE")).toBeUndefined();
  });

  it('is the same after migrations that take a while', async () => {
    const later = async (database: DatabaseSync): Promise<void> => {
      await Promise.resolve();
      prepare(database);
    };
    expect(await objectsAfter(later)).toEqual(objectsAfter(prepare));
  });

  const trigger = `CREATE TRIGGER hidden BEFORE INSERT ON logged BEGIN SELECT RAISE(IGNORE); END`;
  it.each([
    ['a trigger', trigger, '"trigger hidden" was made or changed'],
    [
      'a trigger under a reserved name',
      `${trigger}; PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET name = 'sqlite_hidden' WHERE name = 'hidden'`,
      '"trigger sqlite_hidden" was made or changed',
    ],
    ['a view', 'CREATE VIEW seen AS SELECT 1', '"view seen" was made or changed'],
    ['a table', 'CREATE TABLE kept (id)', '"table kept" was made or changed'],
    ['a column', 'ALTER TABLE logged ADD COLUMN other', '"table logged" was made or changed'],
    ['an index that is gone', 'DROP INDEX by_text', '"index by_text" is missing'],
  ])('shows %s of somebody else', (_, sql, sentence) => {
    expect(changeBy(sql)).toContain(sentence);
  });
});
