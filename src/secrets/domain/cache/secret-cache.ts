import type { SecretRef } from '../secret.js';
import type { ChangeLog } from './change-log.js';
import type { NamespaceView } from './namespace-view.js';

export type { CachePage, CacheQuery, NamespaceView } from './namespace-view.js';

/** What must be seen in what is read. */
export interface CacheNeeds {
  /** A resourceVersion that must have been reached. */
  readonly notOlderThan?: string | undefined;
  /** The one Secret that is read; absent where all of the namespace are. */
  readonly name?: string | undefined;
}

/** What may have been written. */
export interface UnsureOf {
  readonly namespace: string;
  /** Absent: any Secret of the namespace. */
  readonly name?: string | undefined;
}

/** Secrets of the served namespaces as a watch tells them; held by every replica for itself. */
export abstract class SecretCache {
  /**
   * Undefined where the cluster has to be asked: not served, not followed just now, reads are
   * strong by configuration, older than needed. Waits up to `limits.cacheCatchUpMsMax` for writes
   * that were acknowledged here, and for nothing else. Never throws.
   */
  abstract view(
    namespace: string,
    needs?: CacheNeeds,
  ): NamespaceView | undefined | Promise<NamespaceView | undefined>;
  /** Whether `view` is worth a question: it may have to wait. Leaves nothing behind. */
  abstract isReadable(namespace: string, needs?: CacheNeeds): boolean;
  /** A write was acknowledged: no later read here may miss it. */
  abstract wrote(ref: SecretRef, resourceVersion: string): void;
  /** The same of a removal; of whichever object has the name where the uid is not known. */
  abstract removed(ref: SecretRef, uid: string | undefined): void;
  /**
   * Whether a write was made is not known: of one Secret, or of any without a name. For
   * `limits.watchStaleMs` it is for the cluster to say.
   */
  abstract unsure(of: UnsureOf): void;
  /** Resolves at the next change of this Secret, or of whether it is followed, or on `signal`. */
  abstract changed(ref: SecretRef, signal: AbortSignal): Promise<void>;
  /** What has happened in a namespace; undefined where it is not followed. */
  abstract changes(namespace: string): ChangeLog | undefined;
  /**
   * The same once its view can be read; undefined where that is not before `signal`, and at once
   * where nothing will be followed.
   */
  abstract followed(namespace: string, signal: AbortSignal): Promise<ChangeLog | undefined>;
}

/** Nothing is cached. */
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
  override changes(): ChangeLog | undefined {
    return undefined;
  }
  override followed(): Promise<ChangeLog | undefined> {
    return Promise.resolve(undefined);
  }
}
