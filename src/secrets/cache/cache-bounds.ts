import { limits } from '../../core/limits.js';

/** As `limits` has them, unless something else is said. */
export interface CacheBounds {
  readonly bytesMax: number;
  readonly namespaceBytesMax: number;
  readonly changesKeptMax: number;
  readonly changesKeptBytesMax: number;
  readonly changesKeptInAllMax: number;
  readonly changesKeptInAllBytesMax: number;
  readonly awaitedWritesMax: number;
  readonly catchUpMsMax: number;
}

/** The bounds of `limits`, but for those that are given. */
export function cacheBounds(given: Partial<CacheBounds> = {}): CacheBounds {
  return {
    bytesMax: limits.cacheObjectBytesMax,
    namespaceBytesMax: limits.cacheNamespaceBytesMax,
    changesKeptMax: limits.changesKeptMax,
    changesKeptBytesMax: limits.changesKeptBytesMax,
    changesKeptInAllMax: limits.changesKeptInAllMax,
    changesKeptInAllBytesMax: limits.changesKeptInAllBytesMax,
    awaitedWritesMax: limits.cacheAwaitedWritesMax,
    catchUpMsMax: limits.cacheCatchUpMsMax,
    ...given,
  };
}
