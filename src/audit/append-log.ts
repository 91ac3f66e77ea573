import { StorageError } from '../storage/storage-error.js';
import type { LogEntry } from './domain/log-entry.js';

/** Where entries go, whichever database it is. */
export interface AppendLog {
  /**
   * Appends in one transaction and returns the first leaf index once it is durable; no entry asks
   * whether it could. Throws where any of it may not be there: then nothing is tried again.
   */
  append(entries: readonly LogEntry[]): Promise<number>;
  /** An operator has accepted that entries which were appended here are gone. */
  forget(): void;
  close(): Promise<void>;
}

/** Entries are gone that were appended here: the log was put back, in the same database. */
export class LogShrunk extends StorageError {
  constructor(written: number, found: number) {
    super(
      `the audit log was rolled back: ${written} entries were written, but only ${found} are there`,
    );
  }
}

/** The database does not answer at all: what waits behind a batch would fare no better. */
export class LogUnreachable extends StorageError {}
