import type { Rights } from '../../access/domain/secret-rights.js';
import type { CallDraft } from '../../calls/call-draft.js';
import type { CallContext } from '../../core/call-context.js';
import type { EntityTags } from '../domain/etag.js';
import type { Representation } from '../domain/representation.js';
import type { SecretRef } from '../domain/secret.js';

export type Consistency = 'cached' | 'strong';

export interface Freshness {
  /** `cached` where nobody says. */
  readonly consistency?: Consistency | undefined;
  /** A resourceVersion that the answer must have reached. */
  readonly notOlderThan?: string | undefined;
  /** States that the caller has: what is older than one of them does not come from a cache. */
  readonly ifNoneMatch?: EntityTags | undefined;
}

/** A state of a Secret that the caller may see what he asked for of. */
export interface FoundSecret extends SecretRef {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Names of its keys, sorted. */
  readonly keys: readonly string[];
  /** As `representation` shows it; kept for the next who asks where it came from the cache. */
  show<T>(representation: Representation<T>): T | Promise<T>;
}

/**
 * Where reads get a Secret from: a decision about the caller, then the cache; else the cluster,
 * as the caller or as the broker for him. What it learns stands in the draft.
 */
export abstract class SecretSource {
  /**
   * `rights` absent: `get secrets`. Throws Forbidden before anything is looked up, NotFound where
   * the cluster itself says so, and whatever the store throws.
   */
  abstract find(
    ctx: CallContext,
    draft: CallDraft,
    read: { readonly ref: SecretRef; readonly rights?: Rights | undefined },
    freshness?: Freshness,
  ): Promise<FoundSecret>;
}
