import type { AttachedFile, SqliteLocation } from '../../platform/storage/sqlite-database.js';

/** Start data of the thread that builds the index. */
export interface SearchIndexData {
  readonly location: SqliteLocation;
  readonly index: AttachedFile;
  /** Between two full comparisons of the index with the log. */
  readonly checkEveryMs: number;
}

export type ToSearchIndex =
  | 'close'
  /** Requests a reply once the index has everything that the log has now. */
  | { readonly kind: 'catch up'; readonly id: number }
  /** A search found the index damaged. */
  | { readonly kind: 'suspect' };

export type FromSearchIndex =
  /** Requests that were waiting for it, or must be repeated. */
  | { readonly kind: 'caught up'; readonly ids: readonly number[] }
  | { readonly kind: 'failed'; readonly ids: readonly number[]; readonly reason: string }
  | { readonly kind: 'progress'; readonly progress: IndexProgress }
  | { readonly kind: 'made anew'; readonly reason: RebuildReason };

/** Reason why the existing file is unusable. */
export type RebuildReason =
  | 'absent'
  | 'changed by somebody else'
  | 'damaged'
  | 'deleted or replaced'
  | 'old'
  | 'of another log';

export interface IndexProgress {
  /** Entries with a smaller leaf index can be found. */
  readonly indexedBelow: number;
  /** The number of entries ever written, at the last check. */
  readonly size: number;
}
