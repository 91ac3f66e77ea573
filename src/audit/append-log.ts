import type { RowMac } from '../encryption/domain/row-mac.js';
import { StorageError } from '../platform/storage/storage-error.js';
import type { EntryPlace } from './domain/entry-place.js';
import type { LogEntry } from './domain/log-entry.js';
import type { ChainTail } from './queue/domain/chain.js';

export interface Appended {
  /** Place of the first entry; the others follow. */
  readonly first: EntryPlace;
  /** Positions in the batch of entries whose guards did not hold: they have no place. */
  readonly lost: ReadonlySet<number>;
  /** End of the chain that the batch has become part of; absent if there is none. */
  readonly tail?: ChainTail;
}

export interface AppendLogOptions {
  /** Computes the MACs of entries. */
  readonly mac: RowMac;
  /** Reports a condition that an operator must know. */
  readonly onAlarm: (message: string) => void;
  /** Size of the log after the last append of this process; 0 before the first. */
  readonly written: number;
}

/** Destination of entries in either database. */
export interface AppendLog {
  /**
   * Appends in one transaction, with the changes of the entries, and returns once it is durable;
   * does not check in advance whether it can. Throws if any part may be missing: then nothing is
   * retried.
   */
  append(entries: readonly LogEntry[]): Promise<Appended>;
  /** Notes that an operator has accepted the loss of entries which were appended here. */
  forget(): void;
  close(): Promise<void>;
}

/** Reports whether a guard held, by the number of changed rows. Throws for an invalid guard. */
export function holds(changedRows: number): boolean {
  if (changedRows > 1) throw new StorageError('the guard of a change has changed several rows');
  return changedRows === 1;
}

/** Loss of entries that were appended here: an older log was restored, in the same database. */
export class LogShrunk extends StorageError {
  constructor(written: number, found: number) {
    super(
      `the audit log was rolled back: ${written} entries were written, but only ${found} are there`,
    );
  }
}

/** The database does not respond at all: batches after this one would fail too. */
export class LogUnreachable extends StorageError {}
