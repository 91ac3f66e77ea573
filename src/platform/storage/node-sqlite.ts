import type { DatabaseSync } from 'node:sqlite';
import { SqliteDialect } from 'kysely';
import { StatementCache } from './statement-cache.js';

/** Kysely's SQLite dialect over Node's own SQLite. */
export function nodeSqliteDialect(database: DatabaseSync): SqliteDialect {
  const statements = new StatementCache(database);
  return new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare: (sql) => statements.prepare(sql),
    },
  });
}
