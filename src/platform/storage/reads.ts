import type { Database } from './database.js';

/** A database that is only read. */
export type Reads = Pick<Database, 'dialect' | 'query'>;

/** The same for long searches, which must hold up nobody else. */
export interface SearchReads extends Reads, Pick<Database, 'close'> {
  /**
   * Resolves once all that the log has by now can be found; throws Unavailable, a SallyportError,
   * where that takes long.
   */
  upToDate(): Promise<void>;
}
