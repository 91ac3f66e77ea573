import type { StorageLocation } from '../../platform/storage/storage-location.js';
import type { KeyFileOptions } from './log-key-file.js';
import type { StoredCheckpoint } from './log-store.js';

/** What the thread that publishes is started with. */
export interface PublisherData {
  readonly location: StorageLocation;
  readonly keyFile: KeyFileOptions;
  /** Why nothing may be signed yet, as a sentence. */
  readonly obstacle?: string;
  /** What this process has signed already. */
  readonly known?: StoredCheckpoint;
}

export type ToPublisher =
  | 'stop'
  /** There are new entries. */
  | { readonly kind: 'new' }
  /** Why nothing may be signed now; nothing stands against it any more if absent. */
  | { readonly kind: 'hold'; readonly obstacle?: string }
  /** An operator has accepted that what was signed is lost. */
  | { readonly kind: 'forget' };

export type FromPublisher =
  /** What an operator must know, beside whether the log is signed. */
  | { readonly kind: 'alarm'; readonly message: string }
  | { readonly kind: 'published'; readonly checkpoint: StoredCheckpoint }
  /** Why nothing is signed; all is well if absent. */
  | {
      readonly kind: 'problem';
      readonly problem?: string;
      /** Of what was signed a part is gone, or others are in its place. */
      readonly isRollback?: boolean;
    };
