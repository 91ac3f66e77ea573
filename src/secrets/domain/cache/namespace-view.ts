import type { CachedSecret } from './cached-secret.js';

export interface CacheQuery {
  /** As API.md section 3 has them; both were parsed before. */
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Only names behind this one; '' for all. */
  readonly after: string;
  readonly limit: number;
  /** Further condition on names, such as the scope of a token. */
  readonly shows?: ((name: string) => boolean) | undefined;
}

export interface CachePage {
  readonly items: readonly CachedSecret[];
  /** Whether there are more behind them. */
  readonly hasMore: boolean;
  /** How many more; undefined where that was not counted. */
  readonly remaining: number | undefined;
}

/** The Secrets of one namespace at this moment. Look at it before anything is awaited. */
export interface NamespaceView {
  /** That of the last event. */
  readonly resourceVersion: string;
  get(name: string): CachedSecret | undefined;
  /** In the order of their names. */
  page(query: CacheQuery): CachePage;
}
