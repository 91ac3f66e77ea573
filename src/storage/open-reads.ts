import type { Database } from './database.js';
import { ReadThread } from './read-thread.js';
import type { SearchReads } from './reads.js';

/** What searches of a database go through; to be closed before that. */
export function openReads(database: Database): SearchReads {
  const { location } = database;
  if (location.dialect === 'sqlite') return new ReadThread(location);
  // A server's answers are waited for like any other.
  return {
    dialect: database.dialect,
    query: (run, pace) => database.query(run, pace),
    close: () => Promise.resolve(),
  };
}
