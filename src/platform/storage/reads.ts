import type { Database } from './database.js';

/** A database that is only read. */
export type Reads = Pick<Database, 'dialect' | 'query'>;

/** Read-only database for long searches, which must not delay other work. */
export interface SearchReads extends Reads, Pick<Database, 'close'> {
  /**
   * Resolves once a search finds everything logged by now; throws Unavailable, a SallyportError, if
   * that takes long.
   */
  upToDate(): Promise<void>;
  /**
   * Resolves once the log has everything written by now; throws Unavailable, a SallyportError, if
   * that takes long. Only a database that several processes write needs time for that.
   */
  integrated(): Promise<void>;
}
