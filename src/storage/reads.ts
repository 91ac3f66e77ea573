import type { Database } from './database.js';

/** A database that is only read. */
export type Reads = Pick<Database, 'dialect' | 'query'>;

/** The same for long searches, which must hold up nobody else. */
export type SearchReads = Reads & Pick<Database, 'close'>;
