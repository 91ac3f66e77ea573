import type { AttachedFile, SqliteLocation } from '../../platform/storage/sqlite-database.js';

/** What the thread that makes the index is started with. */
export interface SearchIndexData {
  readonly location: SqliteLocation;
  readonly index: AttachedFile;
  /** Between two comparisons of all of it with the log. */
  readonly checkEveryMs: number;
}

export type ToSearchIndex =
  | 'stop'
  /** To be answered once the index has all that the log has by now. */
  | { readonly kind: 'catch up'; readonly id: number }
  /** A search found it damaged. */
  | { readonly kind: 'suspect' };

export type FromSearchIndex =
  /** These were waiting for it, or will have to ask again. */
  | { readonly kind: 'caught up'; readonly ids: readonly number[] }
  | { readonly kind: 'failed'; readonly ids: readonly number[]; readonly reason: string }
  | { readonly kind: 'progress'; readonly progress: IndexProgress }
  | { readonly kind: 'made anew'; readonly reason: RebuildReason };

/** Why what lay there is of no use. */
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
  /** The number of entries ever written, when that was looked at last. */
  readonly size: number;
}
