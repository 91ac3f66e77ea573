import type { KeyObject } from 'node:crypto';
import type { StorageLocation } from '../../platform/storage/storage-location.js';
import type { KeyFileOptions } from './log-key-file.js';
import type { StoredCheckpoint } from './log-store.js';

/** Start data of the thread that publishes. */
export interface PublisherData {
  readonly location: StorageLocation;
  /** Key of the MACs of rows. */
  readonly rowKey: KeyObject;
  readonly keyFile: KeyFileOptions;
  /** Why nothing may be signed yet, as a sentence. */
  readonly obstacle?: string;
  /** Checkpoint that this process has signed already. */
  readonly known?: StoredCheckpoint;
}

export type ToPublisher =
  | 'close'
  /** There are new entries. */
  | { readonly kind: 'new' }
  /** Why nothing may be signed now; absent: the obstacle is removed. */
  | { readonly kind: 'hold'; readonly obstacle?: string }
  /** An operator has accepted that what was signed is lost. */
  | { readonly kind: 'forget' };

export type FromPublisher =
  /** Condition that an operator must know, in addition to whether the log is signed. */
  | { readonly kind: 'alarm'; readonly message: string }
  | { readonly kind: 'published'; readonly checkpoint: StoredCheckpoint }
  /** Why nothing is signed; absent: the log is signed. */
  | {
      readonly kind: 'problem';
      readonly problem?: string;
      /** A part of what was signed is missing or replaced. */
      readonly isRollback?: boolean;
    };
