import type { MetadataBody } from '../read-body.js';
import type { NamespaceView } from './namespace-view.js';

/** Change of one Secret, without any value. */
export interface SecretChange {
  /** Number that grows by one with each change of a namespace, in this process only. */
  readonly sequence: number;
  /** Version that a client has after this change; equal for changes that came together. */
  readonly reached: string;
  /** Undefined if it was not there. */
  readonly before: MetadataBody | undefined;
  /** Undefined if it is deleted. `version` and `updatedBy` are not known yet: null. */
  readonly after: MetadataBody | undefined;
  /** Names of keys that were added, changed or removed, sorted. */
  readonly changedKeys: readonly string[];
  /** The resourceVersion of the change itself. */
  readonly resourceVersion: string;
}

/** Recent changes of a namespace, in order; the oldest is dropped first. */
export interface ChangeLog {
  /** The sequence of the next change. */
  readonly next: number;
  /** Resource version up to which everything is known. */
  readonly reached: string;
  /** Returns the current view; undefined while the namespace is not watched. */
  view(): NamespaceView | undefined;
  /** Returns the sequence of the first change after a resourceVersion; undefined if too old. */
  after(resourceVersion: string): number | undefined;
  /** Returns at most `limit` changes from a sequence on; undefined if some were dropped. */
  from(sequence: number, limit: number): readonly SecretChange[] | undefined;
  /** Calls back after each change and at the end of the watch, until the result is called. */
  onChange(listener: () => void): () => void;
  /** Whether the namespace is no longer watched: nothing more will come. */
  readonly hasEnded: boolean;
}
