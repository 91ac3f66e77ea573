import type { SecretRef } from '../secret.js';
import type { ChangeLog } from './change-log.js';
import type { NamespaceView } from './namespace-view.js';

export type { CachePage, CacheQuery, NamespaceView } from './namespace-view.js';

/** Requirements of a read. */
export interface CacheNeeds {
  /** A resourceVersion that must have been reached. */
  readonly notOlderThan?: string | undefined;
  /** Secret to read; absent if the whole namespace is read. */
  readonly name?: string | undefined;
}

/** Secrets that may have been written. */
export interface UnsureOf {
  readonly namespace: string;
  /** Absent: any Secret of the namespace. */
  readonly name?: string | undefined;
}

/** Secrets of the served namespaces as watched; every replica has its own cache. */
export abstract class SecretCache {
  /**
   * Returns the view. Undefined if the cluster must be queried: not served, not watched now, reads
   * are strong by configuration, or the view is too old. Waits up to `limits.cacheCatchUpMsMax` for
   * writes acknowledged here, and for nothing else. Never throws.
   */
  abstract view(
    namespace: string,
    needs?: CacheNeeds,
  ): NamespaceView | undefined | Promise<NamespaceView | undefined>;
  /** Reports whether `view` is worth a call: it may have to wait. Has no side effects. */
  abstract isReadable(namespace: string, needs?: CacheNeeds): boolean;
  /** Records an acknowledged write: no later read here may miss it. */
  abstract wrote(ref: SecretRef, resourceVersion: string): void;
  /** Records a removal; without a uid, of whichever object has the name. */
  abstract removed(ref: SecretRef, uid: string | undefined): void;
  /**
   * Records an unknown outcome of a write: of one Secret, or of any without a name. For
   * `limits.watchStaleMs`, only the cluster can answer.
   */
  abstract unsure(of: UnsureOf): void;
  /** Resolves at the next change of this Secret or of its being watched, or on `signal`. */
  abstract changed(ref: SecretRef, signal: AbortSignal): Promise<void>;
  /**
   * Calls the listener at each change of a Secret, and with an empty name when a namespace (`''`:
   * any) is watched or not watched any more.
   */
  abstract onChange(listener: (ref: SecretRef) => void): void;
  /** Returns the changes of a namespace; undefined if it is not watched. */
  abstract changes(namespace: string): ChangeLog | undefined;
  /**
   * Returns the changes once their view is readable; undefined if `signal` comes first. Returns
   * undefined immediately if the namespace will not be watched.
   */
  abstract followed(namespace: string, signal: AbortSignal): Promise<ChangeLog | undefined>;
}

/** Cache that is always empty. */
export class NoCache extends SecretCache {
  override view(): ReturnType<SecretCache['view']> {
    return undefined;
  }
  override isReadable(): boolean {
    return false;
  }
  override wrote(): void {
    // Nothing to catch up with.
  }
  override removed(): void {
    // As above.
  }
  override unsure(): void {
    // As above.
  }
  override changed(_ref: SecretRef, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
  }
  override onChange(): void {
    // No change will become known.
  }
  override changes(): ChangeLog | undefined {
    return undefined;
  }
  override followed(): Promise<ChangeLog | undefined> {
    return Promise.resolve(undefined);
  }
}
