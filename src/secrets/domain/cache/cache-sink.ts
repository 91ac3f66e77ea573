import type { CachedSecret } from './cached-secret.js';

/**
 * What a collection is told of: that of a namespace, or of all of them (`''`). In order, and at
 * once: nothing is awaited, so that what is read from it is never older than it must be.
 */
export interface CacheSink {
  /** A part of a list; the first says that everything is told anew. */
  page(collection: string, secrets: readonly CachedSecret[], isFirst: boolean): void;
  /**
   * The end of a list: what was in no page is gone. `askedAtMs`: when, by `performance.now()`, it
   * was asked for; absent where its first page came at once.
   */
  listed(collection: string, resourceVersion: string, askedAtMs?: number): void;
  stored(collection: string, secret: CachedSecret, resourceVersion: string): void;
  /** `secret` is its last state. */
  removed(collection: string, secret: CachedSecret, resourceVersion: string): void;
  /** Nothing else has happened up to this version. */
  reached(collection: string, resourceVersion: string): void;
  /** Whether it is followed may have changed. */
  turned(collection: string): void;
  /** It is followed no longer: its Secrets are forgotten. */
  ended(collection: string): void;
}
