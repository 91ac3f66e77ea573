import type { Database } from './database.js';
import { SqliteDatabase } from './sqlite-database.js';
import { SQLITE_URL } from './storage-location.js';

/**
 * Opens the database that `storage.url` names, and migrates it; throws StorageError. `connections`:
 * most connections to a PostgreSQL server.
 */
export async function openStorage(
  url: string,
  dataDir: string,
  connections?: number,
): Promise<Database> {
  if (url === SQLITE_URL) return SqliteDatabase.open(dataDir);
  // Its client is loaded only if needed.
  const { PostgresDatabase } = await import('./postgres/postgres-database.js');
  return PostgresDatabase.open(url, connections);
}
