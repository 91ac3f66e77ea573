import type { MetadataBody } from '../read-body.js';
import type { NamespaceView } from './namespace-view.js';

/** A change of one Secret, without any value. */
export interface SecretChange {
  /** Ascends by one from change to change of a namespace, in this process alone. */
  readonly sequence: number;
  /** What a client that has seen this change has seen; the same for several that came at once. */
  readonly reached: string;
  /** Undefined where it was not there. */
  readonly before: MetadataBody | undefined;
  /** Undefined where it is gone. `version` and `updatedBy` are not known yet: null. */
  readonly after: MetadataBody | undefined;
  /** Names of keys that were added, changed or removed, sorted. */
  readonly changedKeys: readonly string[];
  /** The resourceVersion of the change itself. */
  readonly resourceVersion: string;
}

/** What has lately happened in a namespace, in order; the oldest is forgotten first. */
export interface ChangeLog {
  /** The sequence of the next change. */
  readonly next: number;
  /** Up to where everything is known. */
  readonly reached: string;
  /** What is there now; undefined while it is not followed. */
  view(): NamespaceView | undefined;
  /** The sequence of the first change behind a resourceVersion; undefined where it is too old. */
  after(resourceVersion: string): number | undefined;
  /** At most `limit` from a sequence on; undefined where some of them are forgotten. */
  from(sequence: number, limit: number): readonly SecretChange[] | undefined;
  /** Called after each change, and where it is followed no longer; ends with what is returned. */
  onChange(listener: () => void): () => void;
  /** The namespace is no longer followed: nothing more will come. */
  readonly hasEnded: boolean;
}
