import type { FactoryProvider, Provider } from '@nestjs/common';
import { AuthorizationMonitor } from '../access/authorization-monitor.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { Clock } from '../core/clock.js';
import { Authors } from '../custom-resources/authors.service.js';
import type { CustomResourceKind } from '../custom-resources/domain/custom-resource.js';
import type {
  CustomResourceFeed,
  CustomResourceSink,
} from '../custom-resources/domain/custom-resources.js';
import { ObjectRecords } from '../custom-resources/domain/object-records.js';
import { CustomResourceWatch } from '../kubernetes/custom-resource-watch.js';
import { ServedCollections } from '../kubernetes/served-collections.js';
import { RequestLifetimes } from '../platform/http/request-lifetimes.js';
import { CachedSecretSource } from '../secrets/read/cached-secret-source.js';
import { importKind } from './domain/import-spec.js';
import { ImportFeed, ImportRegistry } from './domain/secret-imports.js';
import { ShareFeed, ShareRegistry } from './domain/secret-shares.js';
import { shareKind } from './domain/share-spec.js';
import { ImportEventStreams } from './rest/import-event-streams.js';
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
    watchOf(collections, { served, kind: shareKind, sink: known }),
};

const importFeed: FactoryProvider<ImportFeed> = {
  provide: ImportFeed,
  inject: [ServedCollections, ServedNamespaces, ImportRegistry],
  useFactory: (collections: ServedCollections, served: ServedNamespaces, known: ImportRegistry) =>
    watchOf(collections, { served, kind: importKind, sink: known }),
};

const states: FactoryProvider<ShareStates> = {
  provide: ShareStates,
  inject: [Authors, ObjectRecords, Clock],
  useFactory: (authors: Authors, records: ObjectRecords, clock: Clock) =>
    new ShareStates(authors, records, clock),
};

const secrets: FactoryProvider<SharedSecrets> = {
  provide: SharedSecrets,
  inject: [CachedSecretSource],
  useFactory: (source: CachedSecretSource) => new SharedSecrets(source),
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

export const shareProviders: Provider[] = [
  ShareRegistry,
  ImportRegistry,
  shareFeed,
  importFeed,
  states,
  secrets,
  ShareDependencies,
  SharesService,
  ImportStreamQuota,
  importStreams,
  importEvents,
];

/** Returns the watch of a kind in the served namespaces. */
function watchOf(
  collections: ServedCollections,
  {
    served,
    kind,
    sink,
  }: {
    readonly served: ServedNamespaces;
    readonly kind: CustomResourceKind;
    readonly sink: CustomResourceSink;
  },
): CustomResourceFeed {
  const watch = new CustomResourceWatch({
    ...collections.of((stream) => `${kind.resource} of ${stream}`),
    resource: kind.resource,
    isFollowed: (namespace) => served.isServed(namespace),
    sink,
  });
  collections.nudgeOnChange(watch);
  return watch;
}
