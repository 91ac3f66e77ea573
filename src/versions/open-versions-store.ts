import type { Database } from '../storage/database.js';
import type { VersionsStore } from './domain/versions.store.js';
import { SqlVersionsStore } from './sql-versions.store.js';
import { WriteThread } from './store/write-thread.js';

/** Histories of a database that is open; to be closed before that. */
export function openVersionsStore(database: Database): VersionsStore & { close(): Promise<void> } {
  const { location } = database;
  // A server's answers are waited for like any other; a file has the thread wait for the disk.
  if (location.dialect === 'postgres') {
    return Object.assign(new SqlVersionsStore(database), { close: () => Promise.resolve() });
  }
  const thread = new WriteThread(location);
  return Object.assign(new SqlVersionsStore(database, thread), { close: () => thread.close() });
}
