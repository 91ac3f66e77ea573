import type { Kysely } from 'kysely';
import type { Schema } from './schema.js';
import type { StorageLocation } from './storage-location.js';

/** `request`: somebody waits for it, so it is refused soon; `work`: it may take its time. */
export type QueryPace = 'request' | 'work';

/** Where the gateway keeps what it must remember; queries are written for both dialects. */
export abstract class Database {
  abstract readonly dialect: 'sqlite' | 'postgres';
  /** Whether other processes may use it at the same time. */
  abstract readonly writers: 'one' | 'many';
  /** What an operator should change about it, though it can be used. */
  abstract readonly warning?: string | undefined;
  /** For whoever needs a connection of their own, such as the thread that appends. */
  abstract readonly location: StorageLocation;
  /** Runs queries (`request` if absent); throws StorageError where it cannot be used. */
  abstract query<T>(run: (db: Kysely<Schema>) => Promise<T>, pace?: QueryPace): Promise<T>;
  abstract close(): Promise<void>;
}
