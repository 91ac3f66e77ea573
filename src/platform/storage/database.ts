import type { Kysely } from 'kysely';
import type { Schema } from './schema.js';
import type { StorageLocation } from './storage-location.js';

/** `request`: somebody waits for it, so it is refused soon; `work`: it may take its time. */
export type QueryPace = 'request' | 'work';

/** Where the gateway keeps what it must remember; queries are written for both dialects. */
export interface Database {
  readonly dialect: 'sqlite' | 'postgres';
  /** Whether other processes may use it at the same time. */
  readonly writers: 'one' | 'many';
  /** What an operator should change about it, though it can be used. */
  readonly warning?: string | undefined;
  /** For whoever needs a connection of their own, such as the thread that appends. */
  readonly location: StorageLocation;
  /** Runs queries (`request` if absent); throws StorageError where it cannot be used. */
  query<T>(run: (db: Kysely<Schema>) => Promise<T>, pace?: QueryPace): Promise<T>;
  close(): Promise<void>;
}
