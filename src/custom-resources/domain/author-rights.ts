import type { KnownAuthor, StampingSince } from './author.js';

/** Right that the author of a spec must have, in the namespace of the object. */
export interface NeededRight {
  readonly verb: 'get' | 'create' | 'update' | 'patch' | 'use';
  readonly group: '' | 'apps' | 'sallyport.dev';
  readonly resource: string;
  readonly subresource?: string;
  /** Empty: the whole namespace. */
  readonly name: string;
}

/** Port for the cluster's facts about authors. */
export abstract class AuthorRights {
  /** Returns since when admission stamps authors of a kind, by the policies that exist now. */
  abstract stampingSince(resource: string): Promise<StampingSince>;
  /** Returns the uid of a live ServiceAccount; undefined if there is none. Never cached. */
  abstract uidOf(account: {
    readonly namespace: string;
    readonly name: string;
  }): Promise<string | undefined>;
  /** Throws Unavailable if the cluster cannot decide. */
  abstract isAllowed(author: KnownAuthor, namespace: string, right: NeededRight): Promise<boolean>;
  /**
   * Reports whether RBAC allows the right to every name in the namespace. Throws Unavailable if the
   * cluster cannot decide.
   */
  abstract isAllowedForAll(
    author: KnownAuthor,
    namespace: string,
    right: Omit<NeededRight, 'name'>,
  ): Promise<boolean>;
}
