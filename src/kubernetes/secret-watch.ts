import { type FeedSink, RunningFeed, type SecretStream } from '../versions/domain/secret-feed.js';
import type { SecretState } from '../versions/domain/secret-state.js';
import type { BrokerKubeClient } from './broker-kube.client.js';
import { WatchedCollections } from './watched-collections.js';
import { RecordedIds } from './recorded-ids.js';
import { latestManager } from './latest-writer.js';
import type { KubeObject } from './kube-exchange.js';
import { recordOf } from './kube-json.js';
import type { KubeNamespaceUids } from './kube-namespace-uids.js';
import { FIELD_MANAGER } from './kube-secret.mapper.js';
import { toStoredSecret } from './kube-secret.mapper.js';
import { PagedReflector, type PagedEvent } from './reflector/paged-reflector.js';

export interface SecretWatchOptions {
  readonly broker: Pick<BrokerKubeClient, 'collection'>;
  readonly namespaces: Pick<KubeNamespaceUids, 'all' | 'known' | 'onChange'>;
  /** Reports which namespaces' Secrets are watched. */
  readonly isFollowed: (namespace: string) => boolean;
  /** Whether the broker may watch everywhere: one collection is enough then. */
  readonly isClusterWide: boolean;
  /** Selector of Secrets that are requested. */
  readonly fieldSelector: string | undefined;
  readonly sink: FeedSink;
  /** Records, as hashes, the ids by which Secrets of a namespace (or all: '') will be read. */
  readonly record: (namespace: string, announcements: readonly string[]) => Promise<void>;
  readonly onState: (stream: string, isLive: boolean, error?: unknown) => void;
  readonly onFault: (error: unknown) => void;
}

const ALL = '';

/** Last report of a watch; before the first, it begins. */
type Reported = 'beginning' | 'live' | 'lapsed';

/** Watches the Secrets of the served namespaces as the broker, as namespaces change. */
export class SecretWatch extends RunningFeed {
  readonly #options: SecretWatchOptions;
  readonly #collections: WatchedCollections;
  readonly #reported = new Map<string, Reported>();

  constructor(options: SecretWatchOptions) {
    super();
    this.#options = options;
    this.#collections = new WatchedCollections({
      ...options,
      open: (namespace, uid) => this.#open(namespace, uid),
      onEnd: (namespace) => this.#reported.delete(namespace),
    });
  }

  override isBeginning(namespace: string): boolean {
    const name = this.#options.isClusterWide ? ALL : namespace;
    return this.isFollowed(namespace) && this.#reported.get(name) === 'beginning';
  }

  override isLive(namespace: string): boolean {
    return this.isFollowed(namespace) && this.#collections.isLive(namespace);
  }

  override isFollowed(namespace: string): boolean {
    return this.#options.isFollowed(namespace);
  }

  /** Namespaces (or `*`) that should be watched but cannot be; excludes those about to be. */
  override get lapsed(): readonly string[] {
    const lapsed = [...this.#reported].filter(([, reported]) => reported === 'lapsed');
    return lapsed.map(([namespace]) => namespace || '*');
  }

  /** Begins in the background; never throws. */
  override start(): void {
    this.#collections.start();
  }

  /** Retries because rights have changed: what was refused may work now. */
  nudge(namespace: string | undefined): void {
    this.#collections.nudge(namespace);
  }

  /** Resolves once all its work has ended; a sink that blocks it must return before. */
  override stop(): Promise<void> {
    return this.#collections.stop();
  }

  #open(namespace: string, namespaceUid: string): PagedReflector<SecretState> {
    const { broker, sink, fieldSelector, record, onState, onFault } = this.#options;
    const ids = new RecordedIds((some) => record(namespace, some));
    const scope = namespace === ALL ? [] : ['namespaces', namespace];
    const stream = { name: `secrets/${namespaceUid || '*'}`, namespaceUid };
    this.#reported.set(namespace, 'beginning');
    return new PagedReflector<SecretState>({
      collection: broker.collection({
        path: ['api', 'v1', ...scope, 'secrets'],
        nextUpstreamId: () => ids.next(),
        ...(fieldSelector === undefined ? {} : { query: { fieldSelector } }),
      }),
      map: (object) => this.#stateOf(object),
      handle: (event) => this.#hand(stream, event),
      remembered: () => sink.cursor(stream),
      onState: (isLive, error) => {
        this.#reported.set(namespace, isLive ? 'live' : 'lapsed');
        onState(namespace || '*', isLive, error);
      },
      onFault,
    });
  }

  #stateOf(object: KubeObject): SecretState {
    const secret = toStoredSecret(object);
    const { managedFields } = recordOf(object['metadata']);
    return {
      secret,
      namespaceUid: this.#options.namespaces.known(secret.namespace)?.uid ?? '',
      fieldManager: latestManager(managedFields, FIELD_MANAGER),
    };
  }

  async #hand(stream: SecretStream, event: PagedEvent<SecretState>): Promise<void> {
    const { sink } = this.#options;
    const isFollowed = ({ secret }: SecretState) => this.isFollowed(secret.namespace);
    switch (event.type) {
      case 'page':
        return sink.take(stream, { type: 'page', states: event.items.filter(isFollowed) });
      case 'listed':
        return sink.take(stream, event);
      case 'bookmark':
        return sink.take(stream, { type: 'reached', resourceVersion: event.resourceVersion });
      default: {
        const { object: state, resourceVersion } = event;
        if (!isFollowed(state)) return sink.take(stream, { type: 'reached', resourceVersion });
        const type = event.type === 'deleted' ? 'removed' : 'state';
        return sink.take(stream, { type, state, resourceVersion });
      }
    }
  }
}
