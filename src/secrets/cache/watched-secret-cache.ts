import { Listeners as ChangeListeners } from '../../core/listeners.js';
import { isNoNewer } from '../../versions/domain/resource-version.js';
import type { CacheSink } from '../domain/cache/cache-sink.js';
import type { CachedSecret } from '../domain/cache/cached-secret.js';
import type { ChangeLog } from '../domain/cache/change-log.js';
import { ChangeBudget } from '../domain/cache/change-buffer.js';
import type { Step } from '../domain/cache/list-difference.js';
import {
  type CacheNeeds,
  type NamespaceView,
  SecretCache,
  type UnsureOf,
} from '../domain/cache/secret-cache.js';
import type { SecretDocuments } from '../domain/cache/secret-documents.js';
import type { SecretRef } from '../domain/secret.js';
import { PendingWrites } from './pending-writes.js';
import { ByteBudget } from './byte-budget.js';
import { type CacheBounds, cacheBounds } from './cache-bounds.js';
import { CachedCollection } from './cached-collection.js';
import type { CachedNamespace } from './cached-namespace.js';
import { Listeners } from './listeners.js';

export interface WatchedSecretCacheOptions {
  readonly documents: SecretDocuments;
  readonly isServed: (namespace: string) => boolean;
  /** Reports whether a namespace's events are complete and within the permitted age. */
  readonly isLive: (namespace: string) => boolean;
  /** Returns the uid of a namespace, as last received; undefined if there is none. */
  readonly incarnation: (namespace: string) => string | undefined;
  /** Whether one collection is watched for all namespaces. */
  readonly isClusterWide: boolean;
  /** Called when this state was replaced or removed. */
  readonly onOver: (state: CachedSecret) => void;
  /** Called when a collection (all of them: '') exceeds the limits. */
  readonly onTooLarge: (collection: string) => void;
  readonly onFault: (error: unknown) => void;
  readonly bounds?: Partial<CacheBounds>;
}

const ALL = '';
/** Key under which a change of whether a namespace is watched is reported. */
const NO_SECRET = '';

/** Size of a cache; bytes and changes are bounded. */
export interface CacheSize {
  readonly objects: number;
  readonly bytes: number;
  readonly changes: number;
}

/** Watched Secrets, for readers and for waits for changes. */
export class WatchedSecretCache extends SecretCache {
  /** Receiver of the events of collections. */
  readonly sink: CacheSink = {
    page: (name, secrets, isFirst) => this.#takingFrom(name).page(secrets, isFirst),
    listed: (name, resourceVersion, askedAtMs) => this.#listed(name, resourceVersion, askedAtMs),
    stored: (name, secret, resourceVersion) => {
      this.#takingFrom(name).stored(secret, resourceVersion);
      this.#behind.tell(name);
    },
    removed: (name, secret, resourceVersion) => this.#removed(name, secret, resourceVersion),
    reached: (name, resourceVersion) => {
      this.#takingFrom(name).reachedAt(resourceVersion);
      this.#behind.tell(name);
    },
    turned: (name) => this.#turned(name),
    ended: (name) => this.#ended(name),
  };
  readonly #options: WatchedSecretCacheOptions;
  readonly #bounds: CacheBounds;
  readonly #collections = new Map<string, CachedCollection>();
  readonly #bytes: ByteBudget;
  readonly #changes: ChangeBudget;
  readonly #awaited: PendingWrites;
  /** Listeners by namespace and name. */
  readonly #waiting: Listeners<string>;
  /** Listeners by collection: reads that wait for a write to be visible. */
  readonly #behind: Listeners<string>;
  readonly #changeListeners = new ChangeListeners<[SecretRef]>();

  constructor(options: WatchedSecretCacheOptions) {
    super();
    this.#options = options;
    this.#bounds = cacheBounds(options.bounds);
    this.#bytes = new ByteBudget(this.#bounds.bytesMax);
    const { changesKeptInAllMax: countMax, changesKeptInAllBytesMax: changesMax } = this.#bounds;
    this.#changes = new ChangeBudget({ countMax, bytesMax: changesMax });
    this.#awaited = new PendingWrites({
      countMax: this.#bounds.awaitedWritesMax,
      catchUpMsMax: this.#bounds.catchUpMsMax,
      shown: (namespace) => {
        const collection = this.#collectionOf(namespace);
        return { reached: collection?.reached ?? '', held: collection?.get(namespace) };
      },
    });
    this.#waiting = new Listeners(options.onFault);
    this.#behind = new Listeners(options.onFault);
  }

  /** Returns the current size of the cache. */
  get size(): CacheSize {
    const { objects, bytes } = this.#bytes;
    return { objects, bytes, changes: this.#changes.count };
  }

  /** Returns the number of collections that exceed the limits. */
  get tooLarge(): number {
    return [...this.#collections.values()].filter(({ isTooLarge }) => isTooLarge).length;
  }

  /** Returns the number of reads and waits without an event yet. */
  get waiting(): number {
    return this.#waiting.count + this.#behind.count;
  }

  override view(
    namespace: string,
    needs: CacheNeeds = {},
  ): NamespaceView | undefined | Promise<NamespaceView | undefined> {
    const readable = this.#readableFor(namespace, needs);
    if (readable === undefined) return undefined;
    const { name } = needs;
    return this.#awaited.isAwaited(readable, name) ? this.#caughtUp(namespace, name) : readable;
  }

  override isReadable(namespace: string, needs: CacheNeeds = {}): boolean {
    return this.#readableFor(namespace, needs) !== undefined;
  }

  override wrote({ namespace, name }: SecretRef, resourceVersion: string): void {
    if (!this.#options.isServed(namespace)) return;
    const collection = this.#collectionOf(namespace);
    if (collection?.isComplete === true && isNoNewer(resourceVersion, collection.reached)) return;
    const isReadable = this.#readable(namespace) !== undefined;
    this.#awaited.wrote({ namespace, name }, resourceVersion, isReadable);
  }

  override removed({ namespace, name }: SecretRef, uid: string | undefined): void {
    if (!this.#options.isServed(namespace)) return;
    this.#awaited.removed({ namespace, name }, uid);
  }

  override unsure({ namespace, name }: UnsureOf): void {
    if (this.#options.isServed(namespace)) this.#awaited.unsure(namespace, name);
  }

  override changed({ namespace, name }: SecretRef, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        forget();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const forget = this.#waiting.add(`${namespace}/${name}`, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  override onChange(listener: (ref: SecretRef) => void): void {
    this.#changeListeners.add(listener);
  }

  override changes(namespace: string): ChangeLog | undefined {
    return this.#followed(namespace)?.log;
  }

  override async followed(namespace: string, signal: AbortSignal): Promise<ChangeLog | undefined> {
    for (;;) {
      const readable = this.#readable(namespace);
      if (readable !== undefined || signal.aborted) return readable?.log;
      await this.changed({ namespace, name: NO_SECRET }, signal);
    }
  }

  /** Updates after changes of which namespaces exist. */
  adjust(): void {
    this.#collections.get(ALL)?.adjust();
    this.#waiting.tellThose((key) => key.endsWith(`/${NO_SECRET}`));
  }

  #takingFrom(name: string): CachedCollection {
    const known = this.#collections.get(name);
    if (known !== undefined) return known;
    const { documents, incarnation, onOver, onFault } = this.#options;
    const { namespaceBytesMax, changesKeptMax, changesKeptBytesMax } = this.#bounds;
    const made = new CachedCollection({
      documents,
      incarnation,
      onOver,
      onFault,
      bytes: name === ALL ? this.#bytes : new ByteBudget(namespaceBytesMax, this.#bytes),
      changes: this.#changes,
      changesKept: { countMax: changesKeptMax, bytesMax: changesKeptBytesMax },
      view: (namespace) => this.#readable(namespace),
      onStep: (step) => this.#tell(step),
      onTooLarge: () => this.#options.onTooLarge(name),
    });
    this.#collections.set(name, made);
    return made;
  }

  #listed(name: string, resourceVersion: string, askedAtMs: number | undefined): void {
    const collection = this.#takingFrom(name);
    const listed = collection.listed(resourceVersion);
    if (listed !== undefined) {
      // It may be empty, but it is known.
      if (name !== ALL) collection.obtain(name);
      const isOfIt = (namespace: string): boolean => name === ALL || namespace === name;
      this.#awaited.sawList(isOfIt, askedAtMs ?? listed.beganAtMs);
    }
    this.#behind.tell(name);
  }

  #removed(name: string, secret: CachedSecret, resourceVersion: string): void {
    this.#takingFrom(name).removed(secret, resourceVersion);
    this.#awaited.sawRemoval(secret);
    this.#behind.tell(name);
  }

  #turned(name: string): void {
    this.#behind.tell(name);
    this.#waiting.tellThose((key) => name === ALL || key.startsWith(`${name}/`));
    this.#changeListeners.notify({ namespace: name, name: NO_SECRET });
  }

  #ended(name: string): void {
    const collection = this.#collections.get(name);
    this.#collections.delete(name);
    collection?.end();
    this.#awaited.forget(name);
    this.#turned(name);
  }

  #tell({ before, after }: Step): void {
    if (before !== undefined && after === undefined) this.#awaited.sawRemoval(before);
    const of = after ?? before;
    if (of === undefined) return;
    this.#waiting.tell(`${of.namespace}/${of.name}`);
    this.#changeListeners.notify(of);
  }

  #collectionOf(namespace: string): CachedCollection | undefined {
    return this.#collections.get(this.#options.isClusterWide ? ALL : namespace);
  }

  /** Returns the namespace if it was listed; it need not be live. */
  #followed(namespace: string): CachedNamespace | undefined {
    const collection = this.#collectionOf(namespace);
    if (collection?.isComplete !== true) return undefined;
    const held = collection.get(namespace);
    if (held !== undefined || !this.#options.isClusterWide) return held;
    // Use the key without a Secret. Store nothing for names that are no namespaces.
    const { isServed, incarnation } = this.#options;
    const isThere = incarnation(namespace) !== undefined && isServed(namespace);
    return isThere ? collection.obtain(namespace) : undefined;
  }

  #readable(namespace: string): CachedNamespace | undefined {
    const followed = this.#followed(namespace);
    return followed !== undefined && this.#options.isLive(namespace) ? followed : undefined;
  }

  /** Returns the readable namespace if it contains every acknowledged write that is needed. */
  #readableFor(namespace: string, { notOlderThan, name }: CacheNeeds): CachedNamespace | undefined {
    const readable = this.#readable(namespace);
    if (readable === undefined) return undefined;
    const isOld = notOlderThan !== undefined && !isNoNewer(notOlderThan, readable.resourceVersion);
    return isOld || this.#awaited.isUnsure(namespace, name) ? undefined : readable;
  }

  /** Resolves once what was written is seen; undefined if it takes too long, or is lost. */
  #caughtUp(namespace: string, name: string | undefined): Promise<NamespaceView | undefined> {
    return new Promise((resolve) => {
      const end = (view: NamespaceView | undefined): void => {
        clearTimeout(timer);
        forget();
        resolve(view);
      };
      const timer = setTimeout(() => end(undefined), this.#bounds.catchUpMsMax);
      const look = (): void => {
        const readable = this.#readable(namespace);
        if (readable === undefined || !this.#awaited.isAwaited(readable, name)) end(readable);
      };
      const forget = this.#behind.add(this.#options.isClusterWide ? ALL : namespace, look);
    });
  }
}
