import type { KubeNamespaceUids } from './kube-namespace-uids.js';

/** What follows the objects of one namespace, or of all of them. */
export interface CollectionFollower {
  readonly isLive: boolean;
  /** Begins in the background; nothing is thrown. */
  start(): void;
  /** What failed may work now. */
  nudge(): void;
  stop(): Promise<void>;
}

export interface FollowedCollectionsOptions {
  readonly namespaces: Pick<KubeNamespaceUids, 'all' | 'onChange'>;
  readonly isFollowed: (namespace: string) => boolean;
  /** The broker may watch everywhere: one collection does for all. */
  readonly isClusterWide: boolean;
  /** Both are empty where it is for all namespaces. */
  readonly open: (namespace: string, namespaceUid: string) => CollectionFollower;
  readonly onEnd?: (namespace: string) => void;
}

interface Followed {
  readonly namespaceUid: string;
  readonly follower: CollectionFollower;
}

const ALL = '';

/** Collections of the served namespaces, followed as namespaces come and go. */
export class WatchedCollections {
  readonly #options: FollowedCollectionsOptions;
  /** By namespace, or by the empty name where there is one for all. */
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

  /** Rights have changed: what was refused may work now. */
  nudge(namespace: string | undefined): void {
    for (const [name, { follower }] of this.#followed) {
      const isConcerned = namespace === undefined || name === ALL || name === namespace;
      if (isConcerned && !follower.isLive) follower.nudge();
    }
  }

  /** Follows this one (all: '') from its beginning, where it is followed at all. */
  restart(name: string): void {
    if (!this.#followed.has(name)) return;
    this.#end(name);
    this.#adjust();
  }

  /** Resolves once nothing of it runs; a sink that holds it up must let go before. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    for (const name of this.#followed.keys()) this.#end(name);
    await Promise.all(this.#ending);
  }

  /** One for all begins when namespaces are known, since objects carry no uids of theirs. */
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
