import { randomUUID } from 'node:crypto';
import type { FactoryProvider, Provider } from '@nestjs/common';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { Clock } from '../core/clock.js';
import { ObjectStatuses } from '../custom-resources/domain/object-statuses.js';
import { KeyMaterial } from '../encryption/key-material.js';
import { ClusterStoreWatch } from '../kubernetes/cluster-store-watch.js';
import { KubeConnection } from '../kubernetes/kube-connection.js';
import { SelfKubeClient } from '../kubernetes/self-kube.client.js';
import { ServedCollections } from '../kubernetes/served-collections.js';
import { servedWatch } from '../kubernetes/served-watch.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { egressOf } from '../platform/outbound/configured-egress.js';
import { Egress } from '../platform/outbound/egress.js';
import { BackgroundLease } from '../platform/storage/background-lease.js';
import { BackgroundLeases } from '../platform/storage/background-leases.js';
import { Database } from '../platform/storage/database.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { SecretStore } from '../secrets/domain/secret.store.js';
import { CachedSecretSource } from '../secrets/read/cached-secret-source.js';
import { AccountTokens } from './domain/account-tokens.js';
import { StoreFeed, StoreRegistry } from './domain/external-stores.js';
import { SyncFeed, SyncRegistry } from './domain/secret-syncs.js';
import { syncKind } from './domain/sync-spec.js';
import { countByState } from './domain/sync-measures.js';
import { ChangeChecks } from './engine/change-checks.js';
import { PendingSyncs } from './engine/pending-syncs.js';
import { StoreConnections } from './engine/store-connections.js';
import { StorePaces } from './engine/store-paces.js';
import { StateReports } from './engine/state-reports.js';
import { SyncPass } from './engine/sync-pass.js';
import { SyncRunner } from './engine/sync-runner.js';
import { SyncWork } from './engine/sync-work.js';
import { ValueFingerprints } from './engine/value-fingerprints.js';
import { SyncDependencies } from './sync.dependencies.js';
import { SyncedSecretDependencies } from './synced-secret.dependencies.js';

const storeFeed: FactoryProvider<StoreFeed> = {
  provide: StoreFeed,
  inject: [SelfKubeClient, StoreRegistry, AppLogger],
  useFactory: (self: SelfKubeClient, known: StoreRegistry, logger: AppLogger) =>
    new ClusterStoreWatch(known, { self, logger }),
};

const syncFeed: FactoryProvider<SyncFeed> = {
  provide: SyncFeed,
  inject: [ServedCollections, ServedNamespaces, SyncRegistry],
  useFactory: (collections: ServedCollections, served: ServedNamespaces, sink: SyncRegistry) =>
    servedWatch(collections, { served, kind: syncKind, sink }),
};

const egress: FactoryProvider<Egress> = {
  provide: Egress,
  inject: [CONFIG, KubeConnection],
  useFactory: ({ sync }: Config, { server }: KubeConnection) => egressOf(sync.egress, server),
};

const fingerprints: FactoryProvider<ValueFingerprints> = {
  provide: ValueFingerprints,
  inject: [KeyMaterial],
  useFactory: ({ syncKey }: KeyMaterial) => new ValueFingerprints(syncKey),
};

const connections: FactoryProvider<StoreConnections> = {
  provide: StoreConnections,
  inject: [SyncDependencies, SecretStore, AccountTokens, Egress],
  useFactory: (
    parts: SyncDependencies,
    store: SecretStore,
    tokens: AccountTokens,
    destinations: Egress,
  ) => {
    const { calls, accounts, served, clock } = parts;
    return new StoreConnections({
      store,
      calls,
      accounts,
      served,
      tokens,
      egress: destinations,
      clock,
    });
  },
};

const paces: FactoryProvider<StorePaces> = {
  provide: StorePaces,
  inject: [Clock],
  useFactory: (clock: Clock) => new StorePaces(clock),
};

const pass: FactoryProvider<SyncPass> = {
  provide: SyncPass,
  inject: [
    SyncDependencies,
    SyncedSecretDependencies,
    CachedSecretSource,
    StoreConnections,
    ValueFingerprints,
  ],
  useFactory: (
    parts: SyncDependencies,
    secrets: SyncedSecretDependencies,
    source: CachedSecretSource,
    opened: StoreConnections,
    prints: ValueFingerprints,
  ) => {
    const { knownStores, knownSyncs, authors, records, cluster, calls, accounts } = parts;
    const { store, history, checks, shares } = secrets;
    const { syncs: metrics } = secrets.metrics;
    metrics.watch({
      syncs: () => countByState(knownSyncs.all),
      stores: () => knownStores.all.length,
    });
    return new SyncPass({
      syncs: parts.syncs,
      knownStores,
      knownSyncs,
      authors,
      records,
      cluster,
      calls,
      accounts,
      connections: opened,
      fingerprints: prints,
      source,
      store,
      history,
      checks,
      metrics,
      paces: parts.paces,
      clock: parts.clock,
      mayLeave: (found, keys) => shares.mayShare(found, keys),
    });
  },
};

const pending: FactoryProvider<PendingSyncs> = {
  provide: PendingSyncs,
  inject: [SyncDependencies, CachedSecretSource],
  useFactory: ({ knownSyncs, accounts }: SyncDependencies, source: CachedSecretSource) =>
    new PendingSyncs({ knownSyncs, accounts, source }),
};

const runner: FactoryProvider<SyncRunner> = {
  provide: SyncRunner,
  inject: [SyncDependencies, SyncPass],
  useFactory: (parts: SyncDependencies, looks: SyncPass) => {
    const { accounts, calls, events, logger, clock, syncs: objects } = parts;
    const reports = new StateReports({ calls, accounts });
    const onFault = (error: unknown): void => logger.fault(error);
    // A caller asks for the work: each write is conditional, whichever replica does it.
    const requireLease = (): void => undefined;
    const statuses = new ObjectStatuses({ accounts, events, requireLease, onFault });
    return new SyncRunner({ pass: looks, statuses, reports, objects, clock, onFault });
  },
};

const changeChecks: FactoryProvider<ChangeChecks> = {
  provide: ChangeChecks,
  inject: [SyncDependencies, StoreConnections, Metrics],
  useFactory: (
    { knownStores, paces: storePaces, clock }: SyncDependencies,
    opened: StoreConnections,
    { syncs: metrics }: Metrics,
  ) => new ChangeChecks({ knownStores, connections: opened, paces: storePaces, clock, metrics }),
};

const work: FactoryProvider<SyncWork> = {
  provide: SyncWork,
  inject: [SyncDependencies, SyncPass, ChangeChecks, Database, Metrics],
  useFactory: (
    parts: SyncDependencies,
    looks: SyncPass,
    changes: ChangeChecks,
    database: Database,
    { syncs: metrics }: Metrics,
  ) => {
    const { gate, knownStores, storeFeed, knownSyncs, syncs, cache, records } = parts;
    const { accounts, calls, events, logger, clock } = parts;
    const onFault = (error: unknown): void => logger.fault(error);
    const lease: BackgroundLease = new BackgroundLease({
      name: 'secret-syncs',
      leases: new BackgroundLeases(database),
      holder: randomUUID(),
      clock,
      onGained: () => made.gained(),
      onLost: () => made.lost(),
      onFault,
    });
    const requireLease = (): void => lease.require();
    const statuses = new ObjectStatuses({ accounts, events, requireLease, onFault });
    const made: SyncWork = new SyncWork({
      gate,
      clock,
      knownStores,
      storeFeed,
      knownSyncs,
      syncs,
      cache,
      accounts,
      records,
      pass: looks,
      changes,
      statuses,
      reports: new StateReports({ calls, accounts }),
      metrics,
      lease,
      onFault,
    });
    return made;
  },
};

export const syncProviders: Provider[] = [
  StoreRegistry,
  SyncRegistry,
  storeFeed,
  syncFeed,
  egress,
  fingerprints,
  SyncDependencies,
  SyncedSecretDependencies,
  connections,
  paces,
  pass,
  pending,
  runner,
  changeChecks,
  work,
];
