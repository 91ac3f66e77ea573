import { Inject, Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { CallGate } from '../access/domain/call-gate.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { CallRunner } from '../calls/call-runner.service.js';
import { Clock } from '../core/clock.js';
import { unavailable } from '../core/errors/sallyport-error.js';
import { GatewayAccounts } from '../core/gateway-accounts.js';
import { Authors } from '../custom-resources/authors.service.js';
import type { CustomResourceFeed } from '../custom-resources/domain/custom-resources.js';
import { ObjectEvents } from '../custom-resources/domain/object-events.js';
import { ObjectRecords } from '../custom-resources/domain/object-records.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { SecretCache } from '../secrets/domain/cache/secret-cache.js';
import { ClusterIdentity, WatchedNamespaces } from '../versions/domain/secret-feed.js';
import { ExternalStores, StoreFeed, StoreRegistry } from './domain/external-stores.js';
import { SecretSyncs, SyncFeed, SyncRegistry } from './domain/secret-syncs.js';
import { StorePaces } from './engine/store-paces.js';

/** Dependencies of syncs and stores. */
@Injectable()
export class SyncDependencies {
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly gate: CallGate;
  readonly calls: CallRunner;
  readonly clock: Clock;
  readonly namespaces: Pick<WatchedNamespaces, 'known' | 'confirm'>;
  readonly cluster: ClusterIdentity;
  readonly accounts: GatewayAccounts;
  readonly authors: Authors;
  readonly records: ObjectRecords;
  readonly events: ObjectEvents;
  readonly cache: SecretCache;
  readonly stores: ExternalStores;
  readonly knownStores: StoreRegistry;
  readonly storeFeed: StoreFeed;
  readonly syncs: SecretSyncs;
  readonly knownSyncs: SyncRegistry;
  readonly syncFeed: SyncFeed;
  readonly paces: StorePaces;
  readonly logger: Pick<AppLogger, 'fault'>;

  constructor(
    access: AccessService,
    served: ServedNamespaces,
    gate: CallGate,
    calls: CallRunner,
    clock: Clock,
    @Inject(WatchedNamespaces) namespaces: Pick<WatchedNamespaces, 'known' | 'confirm'>,
    cluster: ClusterIdentity,
    accounts: GatewayAccounts,
    authors: Authors,
    records: ObjectRecords,
    events: ObjectEvents,
    cache: SecretCache,
    stores: ExternalStores,
    knownStores: StoreRegistry,
    storeFeed: StoreFeed,
    syncs: SecretSyncs,
    knownSyncs: SyncRegistry,
    syncFeed: SyncFeed,
    paces: StorePaces,
    logger: AppLogger,
  ) {
    this.access = access;
    this.served = served;
    this.gate = gate;
    this.calls = calls;
    this.clock = clock;
    this.namespaces = namespaces;
    this.cluster = cluster;
    this.accounts = accounts;
    this.authors = authors;
    this.records = records;
    this.events = events;
    this.cache = cache;
    this.stores = stores;
    this.knownStores = knownStores;
    this.storeFeed = storeFeed;
    this.syncs = syncs;
    this.knownSyncs = knownSyncs;
    this.syncFeed = syncFeed;
    this.paces = paces;
    this.logger = logger;
  }

  /** Throws Unavailable unless all syncs of a namespace are known. */
  requireKnown(feed: Pick<CustomResourceFeed, 'knowsAll'>, namespace: string): void {
    // An absent namespace has no uid, and nothing in it.
    const { uid = '' } = this.namespaces.known(namespace) ?? {};
    if (feed.knowsAll(namespace, uid)) return;
    throw unavailable('syncs of Secrets are not known now', { internal: namespace });
  }
}
