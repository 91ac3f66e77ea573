import type { Database } from '../../platform/storage/database.js';
import { ReadThread } from '../../platform/storage/read-thread.js';
import type { SearchReads } from '../../platform/storage/reads.js';
import { DamagedStorage } from '../../platform/storage/storage-error.js';
import { untilIntegrated } from '../queue/until-integrated.js';
import { SearchIndex, type SearchIndexOptions } from './search-index.js';

/** Databases for searches of a log; close it before the log's database. */
export abstract class Searches {
  /** SQLite's; PostgreSQL has its own. */
  abstract readonly index: SearchIndex | undefined;
  /** For all searches except slow ones. */
  abstract readonly shared: SearchReads;
  /** Returns a separate database for one kind of searches, which waits for no other kind. */
  abstract reads(): SearchReads;
  abstract close(): Promise<void>;
}

/** Opens the searches; the index is built from the first search on, or once it is started. */
export function openSearches(database: Database, options: SearchIndexOptions): Searches {
  const { location } = database;
  // A server's responses are awaited like any other.
  if (location.dialect === 'postgres') {
    return { index: undefined, shared: plainly(), reads: plainly, close: nothing };
  }
  const index = new SearchIndex(location, options);
  const opened: SearchReads[] = [];
  const open = (): SearchReads => {
    const reads = indexedReads(new ReadThread(location, { attached: index.file }), index);
    opened.push(reads);
    return reads;
  };
  return {
    index,
    shared: open(),
    reads: open,
    close: async () => {
      await Promise.all(opened.map((reads) => reads.close()));
      await index.stop();
    },
  };

  function plainly(): SearchReads {
    const { dialect } = database;
    const query: SearchReads['query'] = (run, pace) => database.query(run, pace);
    const integrated = () => untilIntegrated(database);
    return { dialect, query, upToDate: nothing, integrated, close: nothing };
  }
}

function indexedReads(thread: ReadThread, index: SearchIndex): SearchReads {
  return {
    dialect: 'sqlite',
    query: async (run) => {
      try {
        return await thread.query(run);
      } catch (error) {
        if (error instanceof DamagedStorage) index.suspect();
        throw error;
      }
    },
    upToDate: () => index.upToDate(),
    integrated: nothing,
    close: () => thread.close(),
  };
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
