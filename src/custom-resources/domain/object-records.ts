import type { KnownAuthor, RecordedAuthor } from './author.js';

/** Facts about an object, in the words of its kind. */
export type ObjectFacts = Readonly<Record<string, unknown>>;

export interface ObjectRecord extends RecordedAuthor {
  readonly uid: string;
  /** Null: none are recorded. */
  readonly facts: ObjectFacts | null;
}

/** Object that a record is about. */
export interface RecordedObject {
  readonly uid: string;
  /** Plural of its kind. */
  readonly resource: string;
}

/** Port for facts about objects that are not in the cluster. Throws Unavailable. */
export abstract class ObjectRecords {
  abstract get(uid: string): Promise<ObjectRecord | undefined>;
  abstract saveAuthor(
    object: RecordedObject,
    author: { readonly specHash: string; readonly author: KnownAuthor },
  ): Promise<void>;
  /** Replaces the facts; false if they are not `before` (null: none) any more. */
  abstract saveFacts(
    object: RecordedObject,
    facts: { readonly before: ObjectFacts | null; readonly after: ObjectFacts },
  ): Promise<boolean>;
  /** Lists records of a kind that have facts, by uid, after that of the last page. */
  abstract list(
    resource: string,
    page: { readonly after: string; readonly limit: number },
  ): Promise<readonly ObjectRecord[]>;
  abstract remove(uid: string): Promise<void>;
}
