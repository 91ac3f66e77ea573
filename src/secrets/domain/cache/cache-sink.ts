import type { CachedSecret } from './cached-secret.js';

/**
 * Receiver of a collection's events: of a namespace, or of all namespaces (`''`). Processes events
 * in order and immediately, without awaiting anything, so that reads are never staler than
 * necessary.
 */
export interface CacheSink {
  /** Takes a part of a list; the first part starts a new list. */
  page(collection: string, secrets: readonly CachedSecret[], isFirst: boolean): void;
  /**
   * Ends a list: Secrets that were in no page are deleted. `askedAtMs`: the time of its request by
   * `performance.now()`; absent if its first page came immediately.
   */
  listed(collection: string, resourceVersion: string, askedAtMs?: number): void;
  stored(collection: string, secret: CachedSecret, resourceVersion: string): void;
  /** Records a removal; `secret` is its last state. */
  removed(collection: string, secret: CachedSecret, resourceVersion: string): void;
  /** Records that there is no other change up to this version. */
  reached(collection: string, resourceVersion: string): void;
  /** Records that the state of being watched may have changed. */
  turned(collection: string): void;
  /** Ends the watch of a collection: its Secrets are dropped. */
  ended(collection: string): void;
}
