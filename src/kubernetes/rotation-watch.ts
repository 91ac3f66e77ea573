import { PolicyFeed, type PolicyFeedSink } from '../rotation/domain/rotation-policies.js';
import type { StoredPolicy } from '../rotation/domain/rotation-policy.js';
import type { BrokerKubeClient } from './broker-kube.client.js';
import { WatchedCollections } from './watched-collections.js';
import type { KubeNamespaceUids } from './kube-namespace-uids.js';
import { collectionPath } from './kube-rotation-policies.js';
import { Reflector, type ReflectorEvent } from './reflector/reflector.js';
import { toStoredPolicy } from './rotation-policy.mapper.js';

export interface RotationWatchOptions {
  readonly broker: Pick<BrokerKubeClient, 'collection'>;
  readonly namespaces: KubeNamespaceUids;
  /** Reports which namespaces' policies are watched. */
  readonly isFollowed: (namespace: string) => boolean;
  readonly isClusterWide: boolean;
  readonly sink: PolicyFeedSink;
  readonly onState: (stream: string, isLive: boolean, error?: unknown) => void;
  readonly onFault: (error: unknown) => void;
}

/** Watches the SecretRotations of the served namespaces as the broker. */
export class RotationWatch extends PolicyFeed {
  readonly #options: RotationWatchOptions;
  readonly #collections: WatchedCollections;
  /** Policies of namespaces that are not known yet, by uid. */
  readonly #early = new Map<string, StoredPolicy>();

  constructor(options: RotationWatchOptions) {
    super();
    this.#options = options;
    this.#collections = new WatchedCollections({
      ...options,
      open: (namespace) => this.#open(namespace),
      onEnd: (namespace) => options.sink.listed(namespace, new Set()),
    });
    options.namespaces.onChange(() => {
      for (const policy of this.#early.values()) this.#put(policy);
    });
  }

  /** Reports whether all policies of a namespace are known. */
  isLive(namespace: string): boolean {
    return this.#options.isFollowed(namespace) && this.#collections.isLive(namespace);
  }

  override knowsAll(namespace: string, namespaceUid: string): boolean {
    const { all } = this.#options.namespaces;
    const isGone = all !== undefined && all.get(namespace)?.uid !== namespaceUid;
    return isGone || this.isLive(namespace);
  }

  start(): void {
    this.#collections.start();
  }

  /** Retries because rights have changed: what was refused may work now. */
  nudge(namespace: string | undefined): void {
    this.#collections.nudge(namespace);
  }

  stop(): Promise<void> {
    return this.#collections.stop();
  }

  #open(namespace: string): Reflector<StoredPolicy> {
    const { broker, onState, onFault } = this.#options;
    return new Reflector<StoredPolicy>({
      collection: broker.collection({ path: collectionPath(namespace) }),
      map: toStoredPolicy,
      handle: (event) => this.#hand(namespace, event),
      onState: (isLive, error) => onState(namespace || '*', isLive, error),
      onFault,
    });
  }

  #hand(namespace: string, event: ReflectorEvent<StoredPolicy>): void {
    const { sink } = this.#options;
    if (event.type === 'replaced') {
      for (const policy of event.items) this.#put(policy);
      sink.listed(namespace, new Set(event.items.map(({ uid }) => uid)));
    } else if (event.type === 'deleted') {
      this.#early.delete(event.object.uid);
      sink.remove(event.object);
    } else {
      this.#put(event.object);
    }
  }

  #put(policy: StoredPolicy): void {
    const { sink, isFollowed, namespaces } = this.#options;
    if (!isFollowed(policy.namespace)) return;
    const uid = namespaces.known(policy.namespace)?.uid;
    if (uid === undefined) {
      this.#early.set(policy.uid, policy);
      return;
    }
    this.#early.delete(policy.uid);
    sink.put(policy, uid);
  }
}
