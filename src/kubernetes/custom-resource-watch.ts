import type { CustomResource } from '../custom-resources/domain/custom-resource.js';
import {
  CustomResourceFeed,
  type CustomResourceSink,
} from '../custom-resources/domain/custom-resources.js';
import type { BrokerKubeClient } from './broker-kube.client.js';
import { WatchedCollections } from './watched-collections.js';
import type { KubeNamespaceUids } from './kube-namespace-uids.js';
import { collectionPath } from './kube-custom-resources.js';
import { Reflector, type ReflectorEvent } from './reflector/reflector.js';
import { toCustomResource } from './custom-resource.mapper.js';

export interface CustomResourceWatchOptions {
  /** Plural of the kind, as in paths. */
  readonly resource: string;
  readonly broker: Pick<BrokerKubeClient, 'collection'>;
  readonly namespaces: KubeNamespaceUids;
  /** Reports which namespaces' objects are watched. */
  readonly isFollowed: (namespace: string) => boolean;
  readonly isClusterWide: boolean;
  readonly sink: CustomResourceSink;
  readonly onState: (stream: string, isLive: boolean, error?: unknown) => void;
  readonly onFault: (error: unknown) => void;
}

/** Watches the objects of a kind in the served namespaces as the broker. */
export class CustomResourceWatch extends CustomResourceFeed {
  readonly #options: CustomResourceWatchOptions;
  readonly #collections: WatchedCollections;
  /** Objects of namespaces that are not known yet, by uid. */
  readonly #early = new Map<string, CustomResource>();

  constructor(options: CustomResourceWatchOptions) {
    super();
    this.#options = options;
    this.#collections = new WatchedCollections({
      ...options,
      open: (namespace) => this.#open(namespace),
      onEnd: (namespace) => options.sink.listed(namespace, new Set()),
    });
    options.namespaces.onChange(() => {
      for (const object of this.#early.values()) this.#put(object);
    });
  }

  /** Reports whether all objects of a namespace are known. */
  isLive(namespace: string): boolean {
    return this.#options.isFollowed(namespace) && this.#collections.isLive(namespace);
  }

  override knowsAll(namespace: string, namespaceUid: string): boolean {
    const { all } = this.#options.namespaces;
    const isGone = all !== undefined && all.get(namespace)?.uid !== namespaceUid;
    return isGone || this.isLive(namespace);
  }

  override start(): void {
    this.#collections.start();
  }

  /** Retries because rights have changed: what was refused may work now. */
  nudge(namespace: string | undefined): void {
    this.#collections.nudge(namespace);
  }

  override stop(): Promise<void> {
    return this.#collections.stop();
  }

  #open(namespace: string): Reflector<CustomResource> {
    const { broker, resource, onState, onFault } = this.#options;
    return new Reflector<CustomResource>({
      collection: broker.collection({ path: collectionPath(resource, namespace) }),
      map: toCustomResource,
      handle: (event) => this.#hand(namespace, event),
      onState: (isLive, error) => onState(namespace || '*', isLive, error),
      onFault,
    });
  }

  #hand(namespace: string, event: ReflectorEvent<CustomResource>): void {
    const { sink } = this.#options;
    if (event.type === 'replaced') {
      const uids = new Set(event.items.map(({ uid }) => uid));
      this.#forgetEarly(namespace, uids);
      for (const object of event.items) this.#put(object);
      sink.listed(namespace, uids);
    } else if (event.type === 'deleted') {
      this.#early.delete(event.object.uid);
      sink.remove(event.object);
    } else {
      this.#put(event.object);
    }
  }

  /** Forgets objects that are in no list any more: their deletion may have been missed. */
  #forgetEarly(namespace: string, listed: ReadonlySet<string>): void {
    for (const { uid, namespace: of } of this.#early.values()) {
      if ((namespace === '' || of === namespace) && !listed.has(uid)) this.#early.delete(uid);
    }
  }

  #put(object: CustomResource): void {
    const { sink, isFollowed, namespaces } = this.#options;
    if (!isFollowed(object.namespace)) return;
    const uid = namespaces.known(object.namespace)?.uid;
    if (uid === undefined) {
      this.#early.set(object.uid, object);
      return;
    }
    this.#early.delete(object.uid);
    sink.put(object, uid);
  }
}
