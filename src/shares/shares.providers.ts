import type { FactoryProvider, Provider } from '@nestjs/common';
import { RbacChanges } from '../access/domain/rbac-changes.js';
import { AuthorizationMonitor } from '../access/authorization-monitor.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { Clock } from '../core/clock.js';
import { Authors } from '../custom-resources/authors.service.js';
import { ObjectRecords } from '../custom-resources/domain/object-records.js';
import { RbacWatch } from '../kubernetes/rbac-watch.js';
import { ServedCollections } from '../kubernetes/served-collections.js';
import { servedWatch } from '../kubernetes/served-watch.js';
import { SecretHistory } from '../secrets/domain/secret-history.js';
import { RequestLifetimes } from '../platform/http/request-lifetimes.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { CachedSecretSource } from '../secrets/read/cached-secret-source.js';
import { CopiedSecrets } from './copied-secrets.js';
import { CopyDependencies } from './copies/copy.dependencies.js';
import { ShareCopies } from './copies/share-copies.js';
import { importKind } from './domain/import-spec.js';
import { ImportFeed, ImportRegistry } from './domain/secret-imports.js';
import { ShareFeed, ShareRegistry } from './domain/secret-shares.js';
import { countByState } from './domain/share-measures.js';
import { shareKind } from './domain/share-spec.js';
import { ImportsByShare } from './imports-by-share.js';
import { LastReads } from './last-reads.js';
import { SharesByConsumer } from './shares-by-consumer.js';
import { ImportEventStreams } from './rest/import-event-streams.js';
import { LiveDeliveries } from './live-deliveries.js';
import { SharedSecrets } from './shared-secrets.js';
import { ShareStates } from './share-states.js';
import { ShareDependencies } from './shares.dependencies.js';
import { SharesService } from './shares.service.js';
import { ImportStreamQuota } from './watch/import-stream-quota.js';
import { ImportStreams } from './watch/import-streams.js';

const shareFeed: FactoryProvider<ShareFeed> = {
  provide: ShareFeed,
  inject: [ServedCollections, ServedNamespaces, ShareRegistry],
  useFactory: (collections: ServedCollections, served: ServedNamespaces, known: ShareRegistry) =>
    servedWatch(collections, { served, kind: shareKind, sink: known }),
};

const importFeed: FactoryProvider<ImportFeed> = {
  provide: ImportFeed,
  inject: [ServedCollections, ServedNamespaces, ImportRegistry],
  useFactory: (collections: ServedCollections, served: ServedNamespaces, known: ImportRegistry) =>
    servedWatch(collections, { served, kind: importKind, sink: known }),
};

const importsByShare: FactoryProvider<ImportsByShare> = {
  provide: ImportsByShare,
  inject: [ImportRegistry],
  useFactory: (imports: ImportRegistry) => new ImportsByShare(imports),
};

const sharesByConsumer: FactoryProvider<SharesByConsumer> = {
  provide: SharesByConsumer,
  inject: [ShareRegistry],
  useFactory: (shares: ShareRegistry) => new SharesByConsumer(shares),
};

const lastReads: FactoryProvider<LastReads> = {
  provide: LastReads,
  inject: [ObjectRecords, SecretHistory, Clock],
  useFactory: (records: ObjectRecords, history: SecretHistory, clock: Clock) =>
    new LastReads({ records, history, clock }),
};

const states: FactoryProvider<ShareStates> = {
  provide: ShareStates,
  inject: [Authors, ObjectRecords, Clock],
  useFactory: (authors: Authors, records: ObjectRecords, clock: Clock) =>
    new ShareStates(authors, records, clock),
};

const secrets: FactoryProvider<SharedSecrets> = {
  provide: SharedSecrets,
  inject: [CachedSecretSource, ObjectRecords, Clock],
  useFactory: (source: CachedSecretSource, records: ObjectRecords, clock: Clock) =>
    new SharedSecrets(source, new CopiedSecrets(records, clock)),
};

const importStreams: FactoryProvider<ImportStreams> = {
  provide: ImportStreams,
  inject: [ShareDependencies, AuthorizationMonitor],
  useFactory: (parts: ShareDependencies, standing: AuthorizationMonitor) =>
    new ImportStreams(parts, standing),
};

const importEvents: FactoryProvider<ImportEventStreams> = {
  provide: ImportEventStreams,
  inject: [ImportStreams, RequestLifetimes, ImportStreamQuota],
  useFactory: (streams: ImportStreams, terms: RequestLifetimes, places: ImportStreamQuota) =>
    new ImportEventStreams({ streams, terms, places }),
};

const deliveries: FactoryProvider<LiveDeliveries> = {
  provide: LiveDeliveries,
  inject: [Metrics, ShareRegistry, ImportRegistry, Clock],
  useFactory: (metrics: Metrics, shares: ShareRegistry, imports: ImportRegistry, clock: Clock) => {
    metrics.shares.watch({
      shares: () => countByState(shares.all, clock.nowMs()),
      imports: () => imports.all.length,
    });
    return new LiveDeliveries(metrics.shares, shares, clock);
  },
};

export const shareProviders: Provider[] = [
  ShareRegistry,
  ImportRegistry,
  shareFeed,
  importFeed,
  importsByShare,
  sharesByConsumer,
  lastReads,
  states,
  secrets,
  deliveries,
  ShareDependencies,
  { provide: RbacChanges, useExisting: RbacWatch },
  CopyDependencies,
  ShareCopies,
  SharesService,
  ImportStreamQuota,
  importStreams,
  importEvents,
];
