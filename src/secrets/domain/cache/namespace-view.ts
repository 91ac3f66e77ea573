import type { CachedSecret } from './cached-secret.js';

export interface CacheQuery {
  /** Selectors of labels and fields as in Kubernetes; both were parsed before. */
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Only names after this name; '' for all. */
  readonly after: string;
  readonly limit: number;
  /** Further condition on names, such as the scope of a token. */
  readonly shows?: ((name: string) => boolean) | undefined;
}

export interface CachePage {
  readonly items: readonly CachedSecret[];
  /** Whether there are more items after this page. */
  readonly hasMore: boolean;
  /** Number of remaining items; undefined if it was not counted. */
  readonly remaining: number | undefined;
}

/** Secrets of one namespace at this moment. Read it before awaiting anything. */
export interface NamespaceView {
  /** Resource version of the last event. */
  readonly resourceVersion: string;
  get(name: string): CachedSecret | undefined;
  /** Returns a page in the order of names. */
  page(query: CacheQuery): CachePage;
}
