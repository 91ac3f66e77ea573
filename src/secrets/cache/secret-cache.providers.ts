import type { FactoryProvider, Provider } from '@nestjs/common';
import { AccessService } from '../../access/access.service.js';
import { ServedNamespaces } from '../../access/domain/served-namespaces.js';
import { GatewayEvents } from '../../audit/gateway-events.service.js';
import { unavailable } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { KubeSecretStore } from '../../kubernetes/kube-secret.store.js';
import { SecretCacheWatch } from '../../kubernetes/secret-cache-watch.js';
import { ServedCollections } from '../../kubernetes/served-collections.js';
import { isCached } from '../../platform/config/cached-reads.js';
import type { Config } from '../../platform/config/config.schema.js';
import { CONFIG } from '../../platform/config/config.token.js';
import { DenialBeforeFaultStore } from './denial-before-fault.store.js';
import { NoCache, SecretCache } from '../domain/cache/secret-cache.js';
import { SecretDocuments } from '../domain/cache/secret-documents.js';
import { SecretHistory } from '../domain/secret-history.js';
import { SecretStore } from '../domain/secret.store.js';
import { CacheNotifyingStore } from './cache-notifying.store.js';
import { WatchedSecretCache } from './watched-secret-cache.js';
import { RepresentationCache } from './representation-cache.js';

const { cacheNamespaceBytesMax, cacheObjectBytesMax } = limits;

const moreThanMayBeHeld = unavailable('the cluster has too many Secrets to hold', {
  internal: `more than ${cacheNamespaceBytesMax} bytes of a namespace, or ${cacheObjectBytesMax}`,
});

const nameOf = (stream: string): string => `secrets of ${stream}, for reads`;

const renditions: FactoryProvider<RepresentationCache> = {
  provide: RepresentationCache,
  inject: [SecretHistory],
  useFactory: (history: SecretHistory) => {
    const opened = new RepresentationCache();
    history.onAttributed((state) => opened.attributed(state));
    return opened;
  },
};

const watch: FactoryProvider<SecretCacheWatch> = {
  provide: SecretCacheWatch,
  inject: [ServedCollections, ServedNamespaces, GatewayEvents],
  useFactory: (
    collections: ServedCollections,
    served: ServedNamespaces,
    events: GatewayEvents,
  ): SecretCacheWatch => {
    const opened = new SecretCacheWatch({
      ...collections.of(nameOf),
      isFollowed: (namespace) => served.isServed(namespace),
      record: (namespace, announcements) => events.recordWatch(namespace, announcements),
    });
    collections.nudgeOnChange(opened);
    return opened;
  },
};

const followedSecrets: FactoryProvider<WatchedSecretCache> = {
  provide: WatchedSecretCache,
  inject: [
    SecretCacheWatch,
    ServedCollections,
    ServedNamespaces,
    SecretDocuments,
    RepresentationCache,
  ],
  useFactory: (
    watched: SecretCacheWatch,
    collections: ServedCollections,
    served: ServedNamespaces,
    documents: SecretDocuments,
    kept: RepresentationCache,
  ) => {
    const { namespaces, isClusterWide, onState, onFault } = collections.of(nameOf);
    const cache = new WatchedSecretCache({
      documents,
      isClusterWide,
      onFault,
      isServed: (namespace) => served.isServed(namespace),
      isLive: (namespace) => watched.isLive(namespace),
      incarnation: (namespace) => namespaces.known(namespace)?.uid,
      onOver: (state) => kept.drop(state),
      onTooLarge: (collection) => {
        onState(collection || '*', false, moreThanMayBeHeld);
        watched.tooLarge(collection);
      },
    });
    namespaces.onChange(() => cache.adjust());
    return cache;
  },
};

const cache: FactoryProvider<SecretCache> = {
  provide: SecretCache,
  inject: [CONFIG, WatchedSecretCache],
  useFactory: (config: Config, followed: WatchedSecretCache) =>
    isCached(config) ? followed : new NoCache(),
};

/** Store for background work: no write bypasses the cache. */
const store: FactoryProvider<SecretStore> = {
  provide: SecretStore,
  inject: [CONFIG, KubeSecretStore, WatchedSecretCache],
  useFactory: (config: Config, cluster: KubeSecretStore, followed: WatchedSecretCache) =>
    isCached(config) ? new CacheNotifyingStore(cluster, followed) : cluster,
};

/** Store for callers: without the right, they get the denial, whatever else is wrong. */
const callerStore: FactoryProvider<DenialBeforeFaultStore> = {
  provide: DenialBeforeFaultStore,
  inject: [SecretStore, AccessService],
  useFactory: (noted: SecretStore, access: AccessService) =>
    new DenialBeforeFaultStore(noted, access),
};

export const cacheProviders: Provider[] = [
  renditions,
  watch,
  followedSecrets,
  cache,
  store,
  callerStore,
];
