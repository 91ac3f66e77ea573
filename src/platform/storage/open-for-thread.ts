import type { Database } from './database.js';
import { SqliteDatabase } from './sqlite-database.js';
import type { StorageLocation } from './storage-location.js';

/**
 * Opens the database for another thread of a process that has already opened it. `connections`:
 * most connections to a PostgreSQL server.
 */
export async function openForThread(
  location: StorageLocation,
  connections?: number,
): Promise<Database> {
  if (location.dialect === 'sqlite') return SqliteDatabase.beside(location);
  const { PostgresDatabase } = await import('./postgres/postgres-database.js');
  return PostgresDatabase.open(location.url, connections);
}
