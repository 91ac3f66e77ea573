import type { KeyObject } from 'node:crypto';
import type { StorageLocation } from '../platform/storage/storage-location.js';
import type { EntryPlace } from './domain/entry-place.js';
import type { LogEntry } from './domain/log-entry.js';
import type { ChainTail } from './queue/domain/chain.js';
import type { SequencerProgress } from './queue/sequencer.js';

/** Start data of the thread that writes. */
export interface WriterData {
  readonly location: StorageLocation;
  /** Key of the MACs of entries. */
  readonly rowKey: KeyObject;
  /** Size of the log after the last append of this process; 0 before the first. */
  readonly written: number;
  /** End of this process's chain after its last append; absent before the first. */
  readonly tail?: ChainTail;
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
      readonly first: EntryPlace;
      /** Positions of the omitted entries; absent: none. */
      readonly lost?: ReadonlySet<number>;
      readonly tail?: ChainTail;
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
  /** The sequencer has given leaf indexes to queued entries, or has counted those that wait. */
  | ({ readonly kind: 'sequenced' } & SequencerProgress)
  | { readonly kind: 'alarm'; readonly message: string };
