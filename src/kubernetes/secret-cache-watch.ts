import { limits } from '../core/limits.js';
import type { CacheSink } from '../secrets/domain/cache/cache-sink.js';
import type { CachedSecret } from '../secrets/domain/cache/cached-secret.js';
import type { BrokerKubeClient } from './broker-kube.client.js';
import { WatchedCollections, type FollowedCollectionsOptions } from './watched-collections.js';
import type { KubeObject } from './kube-exchange.js';
import { recordOf, textOf } from './kube-json.js';
import { toCachedSecret } from './kube-secret.mapper.js';
import { RecordedIds } from './recorded-ids.js';
import type { Collection } from './reflector/collection.js';
import { type ChangeType, Follower, type FollowSink } from './reflector/follower.js';
import { WatchContentError } from './reflector/watch-events.js';

export interface SecretCacheWatchOptions extends Pick<FollowedCollectionsOptions, 'namespaces'> {
  readonly broker: Pick<BrokerKubeClient, 'collection'>;
  /** Reports which namespaces' Secrets are cached. */
  readonly isFollowed: (namespace: string) => boolean;
  /** Whether the broker may watch everywhere: one collection is enough then. */
  readonly isClusterWide: boolean;
  /** Records, as hashes, the ids by which Secrets of a namespace (or all: '') will be read. */
  readonly record: (namespace: string, announcements: readonly string[]) => Promise<void>;
  readonly onState: (stream: string, isLive: boolean, error?: unknown) => void;
  readonly onFault: (error: unknown) => void;
}

/** State of the watches. */
export interface CacheWatchState {
  readonly collections: number;
  readonly live: number;
  /** Number of relists since the start: the changes between could not be received. */
  readonly restarts: number;
  /** Time since the oldest sign of life among the live watches. */
  readonly lagMs: number;
}

const ALL = '';

interface TurnedState {
  readonly isLive: boolean;
  readonly error: unknown;
}

interface Watched {
  isListed: boolean;
  heardAtMs: number;
  /** Start of the last list. */
  askedAtMs: number;
  /** Whether it has been live long enough that missed changes have arrived. */
  isSettled: boolean;
  settling?: NodeJS.Timeout | undefined;
  /** Timer until an oversized collection is watched again. */
  pausing?: NodeJS.Timeout | undefined;
}

/**
 * Watches the Secrets of the served namespaces as the broker, for reads. It stores nothing of an
 * earlier process and waits for no reader; history has a separate watch, since it does both.
 */
export class SecretCacheWatch {
  readonly #options: SecretCacheWatchOptions;
  readonly #collections: WatchedCollections;
  readonly #watched = new Map<string, Watched>();
  readonly #lapsed = new Set<string>();
  #started: CacheSink | undefined;
  #restarts = 0;

  constructor(options: SecretCacheWatchOptions) {
    this.#options = options;
    this.#collections = new WatchedCollections({
      ...options,
      open: (namespace) => this.#open(namespace),
      onEnd: (namespace) => this.#ended(namespace),
    });
  }

  isLive(namespace: string): boolean {
    const name = this.#options.isClusterWide ? ALL : namespace;
    return this.#watched.get(name)?.isSettled === true && this.#collections.isLive(namespace);
  }

  /** Namespaces (or `*`) that should be watched but cannot be; excludes those about to be. */
  get lapsed(): readonly string[] {
    return [...this.#lapsed].map((namespace) => namespace || '*');
  }

  get state(): CacheWatchState {
    const live = [...this.#watched].filter(([name]) => this.isLive(name));
    const heardAtMs = live.map(([, watched]) => watched.heardAtMs);
    const lagMs = live.length === 0 ? 0 : performance.now() - Math.min(...heardAtMs);
    return { collections: this.#watched.size, live: live.length, restarts: this.#restarts, lagMs };
  }

  /** Begins in the background and notifies the sink; never throws. */
  start(sink: CacheSink): void {
    this.#started = sink;
    this.#collections.start();
  }

  /** Retries because rights have changed: what was refused may work now. */
  nudge(namespace: string | undefined): void {
    this.#collections.nudge(namespace);
  }

  /** Records that a collection (all: '') exceeds the limits: after a pause, it is relisted. */
  tooLarge(name: string): void {
    const watched = this.#watched.get(name);
    if (watched === undefined) return;
    clearTimeout(watched.pausing);
    const listAnew = (): void => this.#collections.restart(name);
    watched.pausing = setTimeout(listAnew, limits.cacheTooLargePauseMs).unref();
  }

  /** Resolves once all its work has ended. */
  stop(): Promise<void> {
    return this.#collections.stop();
  }

  get #sink(): CacheSink {
    if (this.#started === undefined) throw new TypeError('the watch is not started');
    return this.#started;
  }

  #open(name: string): Follower {
    const { broker, record, onFault } = this.#options;
    const ids = new RecordedIds((some) => record(name, some));
    const scope = name === ALL ? [] : ['namespaces', name];
    const nowMs = performance.now();
    const times = { heardAtMs: nowMs, askedAtMs: nowMs };
    const watched: Watched = { ...times, isListed: false, isSettled: false };
    this.#watched.set(name, watched);
    const collection = broker.collection({
      path: ['api', 'v1', ...scope, 'secrets'],
      pageBytesMax: limits.cachePageBytesMax,
      nextUpstreamId: () => ids.next(),
    });
    const follower: Follower = new Follower({
      collection: heard(collection, watched),
      sink: this.#sinkOf(name, watched, () => follower.isStopping),
      onState: (isLive, error) => this.#turned(name, watched, { isLive, error }),
      onFault,
    });
    return follower;
  }

  #sinkOf(name: string, watched: Watched, isOver: () => boolean): FollowSink {
    const sink = this.#sink;
    const tell = (telling: () => void): void => {
      watched.heardAtMs = performance.now();
      if (!isOver()) telling();
    };
    return {
      page: (objects, isFirst) =>
        tell(() => {
          if (isFirst && watched.isListed) this.#restarts += 1;
          if (isFirst) watched.isListed = true;
          const followed = objects.filter((object) => this.#isFollowed(object));
          sink.page(name, followed.map(cachedSecretOf), isFirst);
        }),
      listed: (version) => tell(() => sink.listed(name, version, watched.askedAtMs)),
      change: (type, object, version) => tell(() => this.#change(name, type, object, version)),
      bookmark: (version) => tell(() => sink.reached(name, version)),
    };
  }

  #change(name: string, type: ChangeType, object: KubeObject, version: string): void {
    const sink = this.#sink;
    if (!this.#isFollowed(object)) return sink.reached(name, version);
    const secret = cachedSecretOf(object);
    if (type === 'deleted') sink.removed(name, secret, version);
    else sink.stored(name, secret, version);
  }

  #isFollowed(object: KubeObject): boolean {
    return this.#options.isFollowed(textOf(recordOf(object['metadata'])['namespace']));
  }

  #turned(name: string, watched: Watched, state: TurnedState): void {
    const sink = this.#sink;
    const { onState } = this.#options;
    const { isLive, error } = state;
    clearTimeout(watched.settling);
    watched.isSettled = false;
    if (isLive) {
      this.#lapsed.delete(name);
      watched.settling = setTimeout(() => {
        watched.isSettled = true;
        sink.turned(name);
      }, limits.cacheSettleMs).unref();
    } else {
      this.#lapsed.add(name);
    }
    sink.turned(name);
    onState(name || '*', isLive, error);
  }

  #ended(name: string): void {
    clearTimeout(this.#watched.get(name)?.settling);
    clearTimeout(this.#watched.get(name)?.pausing);
    this.#watched.delete(name);
    this.#lapsed.delete(name);
    this.#sink.ended(name);
  }
}

/** Records each answer as a sign of life: a quiet cluster sends no other. */
function heard(collection: Collection, watched: Watched): Collection {
  const noted = async <T>(answer: Promise<T>): Promise<T> => {
    const answered = await answer;
    watched.heardAtMs = performance.now();
    return answered;
  };
  return {
    name: collection.name,
    list: (query, signal) => {
      if (query['continue'] === undefined) watched.askedAtMs = performance.now();
      return noted(collection.list(query, signal));
    },
    watch: (query, signal) => noted(collection.watch(query, signal)),
  };
}

/** Parses a Secret. If an object cannot be read, no cached object can be trusted. */
function cachedSecretOf(object: KubeObject): CachedSecret {
  try {
    return toCachedSecret(object);
  } catch {
    throw new WatchContentError('an object of a watch on Secrets is no Secret');
  }
}
