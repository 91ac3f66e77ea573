import { StorageError } from '../storage/storage-error.js';
import type { LogEntry } from './domain/log-entry.js';

/** Where entries go, whichever database it is. */
export interface AppendLog {
  /**
   * Appends in one transaction and returns the first leaf index once it is durable; no entry asks
   * whether it could. Throws where any of it may not be there: then nothing is tried again.
   */
  append(entries: readonly LogEntry[]): Promise<number>;
  close(): Promise<void>;
}

/** The database does not answer at all: what waits behind a batch would fare no better. */
export class LogUnreachable extends StorageError {}
