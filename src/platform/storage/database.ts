import type { Kysely } from 'kysely';
import type { Schema } from './schema.js';
import type { StorageLocation } from './storage-location.js';

/** `request`: a caller waits, so it fails early; `work`: it may take longer. */
export type QueryPace = 'request' | 'work';

/** The gateway's persistent storage; queries are written for both dialects. */
export abstract class Database {
  abstract readonly dialect: 'sqlite' | 'postgres';
  /** Whether other processes may use it concurrently. */
  abstract readonly writers: 'one' | 'many';
  /** Usable but misconfigured: what an operator should change. */
  abstract readonly warning?: string | undefined;
  /** For components that open their own connection, such as the thread that appends. */
  abstract readonly location: StorageLocation;
  /** Runs queries (`request` if absent); throws StorageError if the database cannot be used. */
  abstract query<T>(run: (db: Kysely<Schema>) => Promise<T>, pace?: QueryPace): Promise<T>;
  abstract close(): Promise<void>;
}
