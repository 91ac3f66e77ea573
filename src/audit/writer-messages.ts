import type { KeyObject } from 'node:crypto';
import type { StorageLocation } from '../platform/storage/storage-location.js';
import type { LogEntry } from './domain/log-entry.js';

/** What the thread that writes is started with. */
export interface WriterData {
  readonly location: StorageLocation;
  /** Size of the log after the last append of this process; 0 before the first. */
  readonly written: number;
}

export type ToWorker =
  /** The key of the MACs of entries, once: nothing is written before. */
  | { readonly kind: 'key'; readonly rowKey: KeyObject }
  /** No entries: a proof that the log can be written. */
  | { readonly kind: 'append'; readonly entries: readonly LogEntry[] }
  /** An operator has accepted that entries which were written are gone. */
  | { readonly kind: 'forget' }
  | 'close';

export type FromWorker =
  | {
      readonly kind: 'committed';
      readonly first: number;
      /** Places among the entries of those that were left out; absent: none. */
      readonly lost?: ReadonlySet<number>;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** What waits behind the batch would fare no better. */
      readonly isUnreachable?: boolean;
      /** Entries are gone that this process has written. */
      readonly isShrunk?: boolean;
    }
  | { readonly kind: 'alarm'; readonly message: string };
