import type { Rights } from '../../access/domain/secret-rights.js';
import type { CallTrace } from '../../calls/domain/call-trace.js';
import type { CallContext } from '../../core/call-context.js';
import type { EntityTags } from '../domain/etag.js';
import type { Representation } from '../domain/representation.js';
import type { SecretRef } from '../domain/secret.js';

export type Consistency = 'cached' | 'strong';

export interface Freshness {
  /** Default: `cached`. */
  readonly consistency?: Consistency | undefined;
  /** ResourceVersion that the response must have reached. */
  readonly notOlderThan?: string | undefined;
  /** States that the caller has: the cache must not return an older state. */
  readonly ifNoneMatch?: EntityTags | undefined;
}

/** State of a Secret whose requested parts the caller may see. */
export interface FoundSecret extends SecretRef {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly type: string;
  /** Names of its keys, sorted. */
  readonly keys: readonly string[];
  /** Renders as `representation` says; if it came from the cache, the result is cached. */
  show<T>(representation: Representation<T>): T | Promise<T>;
}

/**
 * Source of Secrets for reads: decides about the caller, then uses the cache. Without it, reads the
 * cluster as the caller or as the broker for the caller. Stores collected facts in the trace.
 */
export abstract class SecretSource {
  /**
   * Finds a Secret. `rights` absent: `get secrets`. Throws Forbidden before any lookup, NotFound if
   * the cluster itself says so, and whatever the store throws.
   */
  abstract find(
    ctx: CallContext,
    trace: CallTrace,
    read: { readonly ref: SecretRef; readonly rights?: Rights | undefined },
    freshness?: Freshness,
  ): Promise<FoundSecret>;
}
