import type { RowMac } from '../encryption/domain/row-mac.js';
import { StorageError } from '../platform/storage/storage-error.js';
import type { LogEntry } from './domain/log-entry.js';

export interface Appended {
  /** Leaf index of the first entry. */
  readonly first: number;
  /** Places in the batch of those whose guards did not hold: they have no leaf index. */
  readonly lost: ReadonlySet<number>;
}

export interface AppendLogOptions {
  /** Makes the MACs of entries. */
  readonly mac: RowMac;
  /** What an operator must know. */
  readonly onAlarm: (message: string) => void;
  /** Size of the log after the last append of this process; 0 before the first. */
  readonly written: number;
}

/** Where entries go, whichever database it is. */
export interface AppendLog {
  /**
   * Appends in one transaction, with the changes that entries bring, and returns once it is
   * durable; no entry asks whether it could. Throws where any of it may not be there: then nothing
   * is tried again.
   */
  append(entries: readonly LogEntry[]): Promise<Appended>;
  /** An operator has accepted that entries which were appended here are gone. */
  forget(): void;
  close(): Promise<void>;
}

/** Whether a guard held, by how many rows it changed. Throws where it is none. */
export function holds(changedRows: number): boolean {
  if (changedRows > 1) throw new StorageError('the guard of a change has changed several rows');
  return changedRows === 1;
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
