import type { KubeNamespaceUids } from './kube-namespace-uids.js';

/** Follower of the objects of one namespace, or of all of them. */
export interface CollectionFollower {
  readonly isLive: boolean;
  /** Begins in the background; never throws. */
  start(): void;
  /** Ends the pause: the cause of a failure may be resolved. */
  nudge(): void;
  stop(): Promise<void>;
}

export interface FollowedCollectionsOptions {
  readonly namespaces: Pick<KubeNamespaceUids, 'all' | 'onChange'>;
  readonly isFollowed: (namespace: string) => boolean;
  /** Whether the broker may watch everywhere: one collection is enough then. */
  readonly isClusterWide: boolean;
  /** Both are empty for all namespaces. */
  readonly open: (namespace: string, namespaceUid: string) => CollectionFollower;
  readonly onEnd?: (namespace: string) => void;
}

interface Followed {
  readonly namespaceUid: string;
  readonly follower: CollectionFollower;
}

const ALL = '';

/** Collections of the served namespaces, watched as namespaces change. */
export class WatchedCollections {
  readonly #options: FollowedCollectionsOptions;
  /** Collections by namespace, or by the empty name for one of all. */
  readonly #followed = new Map<string, Followed>();
  readonly #ending = new Set<Promise<void>>();
  #isRunning = false;

  constructor(options: FollowedCollectionsOptions) {
    this.#options = options;
    options.namespaces.onChange(() => this.#adjust());
  }

  isLive(namespace: string): boolean {
    const name = this.#options.isClusterWide ? ALL : namespace;
    return this.#followed.get(name)?.follower.isLive ?? false;
  }

  start(): void {
    this.#isRunning = true;
    this.#adjust();
  }

  /** Retries because rights have changed: what was refused may work now. */
  nudge(namespace: string | undefined): void {
    for (const [name, { follower }] of this.#followed) {
      const isConcerned = namespace === undefined || name === ALL || name === namespace;
      if (isConcerned && !follower.isLive) follower.nudge();
    }
  }

  /** Watches this collection (all: '') again from its beginning, if it is watched at all. */
  restart(name: string): void {
    if (!this.#followed.has(name)) return;
    this.#end(name);
    this.#adjust();
  }

  /** Resolves once all its work has ended; a sink that blocks it must return before. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    for (const name of this.#followed.keys()) this.#end(name);
    await Promise.all(this.#ending);
  }

  /** Adjusts; one for all begins when namespaces are known, since objects lack their uids. */
  #adjust(): void {
    const { namespaces, isClusterWide, isFollowed } = this.#options;
    if (!this.#isRunning || namespaces.all === undefined) return;
    const wanted = new Map<string, string>(isClusterWide ? [[ALL, '']] : []);
    if (!isClusterWide) {
      for (const [name, { uid }] of namespaces.all) if (isFollowed(name)) wanted.set(name, uid);
    }
    for (const [name, { namespaceUid }] of this.#followed) {
      if (wanted.get(name) !== namespaceUid) this.#end(name);
    }
    for (const [name, uid] of wanted) if (!this.#followed.has(name)) this.#begin(name, uid);
  }

  #begin(namespace: string, namespaceUid: string): void {
    const follower = this.#options.open(namespace, namespaceUid);
    this.#followed.set(namespace, { namespaceUid, follower });
    follower.start();
  }

  #end(namespace: string): void {
    const followed = this.#followed.get(namespace);
    this.#followed.delete(namespace);
    this.#options.onEnd?.(namespace);
    if (followed === undefined) return;
    const ending = followed.follower.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
