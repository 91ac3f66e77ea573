import type { StorageLocation } from '../storage/storage-location.js';
import type { LogEntry } from './domain/log-entry.js';

/** What the thread that writes is started with. */
export type WriterData = StorageLocation;

/** No entries: a proof that the log can be written. */
export type ToWorker = { readonly kind: 'append'; readonly entries: readonly LogEntry[] };

export type FromWorker =
  | { readonly kind: 'committed'; readonly first: number; readonly durationMs: number }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** What waits behind the batch would fare no better. */
      readonly isUnreachable?: boolean;
    }
  | { readonly kind: 'alarm'; readonly message: string };
