import type { KeyObject } from 'node:crypto';
import type { StorageLocation } from '../platform/storage/storage-location.js';
import type { LogEntry } from './domain/log-entry.js';

/** Start data of the thread that writes. */
export interface WriterData {
  readonly location: StorageLocation;
  /** Key of the MACs of entries. */
  readonly rowKey: KeyObject;
  /** Size of the log after the last append of this process; 0 before the first. */
  readonly written: number;
}

export type ToWorker =
  /** No entries: a proof that the log can be written. */
  | { readonly kind: 'append'; readonly entries: readonly LogEntry[] }
  /** An operator has accepted the loss of entries which were written. */
  | { readonly kind: 'forget' }
  | 'close';

export type FromWorker =
  | {
      readonly kind: 'committed';
      readonly first: number;
      /** Positions of the omitted entries; absent: none. */
      readonly lost?: ReadonlySet<number>;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** Later batches would fail too. */
      readonly isUnreachable?: boolean;
      /** Entries that this process has written are missing. */
      readonly isShrunk?: boolean;
    }
  | { readonly kind: 'alarm'; readonly message: string };
