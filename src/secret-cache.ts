import type { AuditService } from './audit/audit.service.js';
import { gatewayCaller } from './audit/gateway-caller.js';
import type { Cluster } from './cluster.js';
import type { Config } from './platform/config/config.schema.js';
import { toSallyportError, unavailable } from './core/errors/sallyport-error.js';
import { limits } from './core/limits.js';
import type { KubeNamespaceUids } from './kubernetes/kube-namespace-uids.js';
import { readCachedSecret } from './kubernetes/kube-secret.mapper.js';
import { SecretCacheWatch } from './kubernetes/secret-cache-watch.js';
import { FollowedSecrets } from './secrets/cache/followed-secrets.js';
import { Renditions } from './secrets/cache/renditions.js';
import { NoCache, type SecretCache } from './secrets/domain/cache/secret-cache.js';
import { SecretDocuments } from './secrets/domain/cache/secret-documents.js';
import type { SecretHistory } from './secrets/domain/secret-history.js';
import type { SecretStore } from './secrets/domain/secret.store.js';
import { NotedWritesStore } from './secrets/noted-writes.store.js';
import type { Telemetry } from './platform/telemetry/telemetry.js';

export interface SecretCacheParts extends Pick<Telemetry, 'logger' | 'metrics'> {
  readonly cluster: Pick<Cluster, 'broker' | 'served' | 'rbacWatch' | 'store'>;
  /** Followed by others; this begins and ends with them. */
  readonly namespaces: KubeNamespaceUids;
  readonly history: SecretHistory;
  readonly audit: AuditService;
}

/** The cache as the rest of the gateway sees it. */
export interface RunningCache {
  readonly cache: SecretCache;
  readonly documents: SecretDocuments;
  readonly renditions: Renditions;
  /** The store whose writes the cache hears of. */
  readonly store: SecretStore;
  readonly reads: 'cached' | 'strong';
  /** Begins in the background; nothing is thrown. */
  start(): void;
  /** Resolves once nothing of it runs. */
  stop(): Promise<void>;
  /** What keeps reads from being answered out of the cache, for operators. */
  warnings(): Readonly<Record<string, string>>;
}

const { cacheNamespaceBytesMax, cacheObjectBytesMax } = limits;

const moreThanMayBeHeld = unavailable('the cluster has too many Secrets to hold', {
  internal: `more than ${cacheNamespaceBytesMax} bytes of a namespace, or ${cacheObjectBytesMax}`,
});

class KubeSecretDocuments extends SecretDocuments {
  override readonly read = readCachedSecret;
}

/** Puts cached reads together; they are off where it is said so, and where there is no broker. */
export function openSecretCache(config: Config, parts: SecretCacheParts): RunningCache {
  const { kubernetes } = config;
  const renditions = new Renditions();
  parts.history.onAttributed((state) => renditions.attributed(state));
  const documents = new KubeSecretDocuments();
  const shared = { documents, renditions };
  if (kubernetes.reads === 'strong' || kubernetes.access === 'passthrough') {
    return {
      ...shared,
      cache: new NoCache(),
      store: parts.cluster.store,
      reads: 'strong',
      start: () => undefined,
      stop: () => Promise.resolve(),
      warnings: () => ({}),
    };
  }
  const { cache, watch } = followedBy(config, parts, shared);
  return {
    ...shared,
    cache,
    store: new NotedWritesStore(parts.cluster.store, cache),
    reads: 'cached',
    start: () => watch.start(),
    stop: () => watch.stop(),
    warnings: () => warningsOf(cache, watch),
  };
}

function warningsOf(
  cache: FollowedSecrets,
  { lapsed }: SecretCacheWatch,
): Readonly<Record<string, string>> {
  const unfollowed =
    lapsed.length === 0
      ? []
      : [`Secrets of ${lapsed.length} served namespace(s) are not followed just now`];
  const tooLarge =
    cache.tooLarge === 0
      ? []
      : [`Secrets of ${cache.tooLarge} served namespace(s) are more than may be held`];
  const problems = [...unfollowed, ...tooLarge];
  return problems.length === 0 ? {} : { cache: `reads go to the cluster: ${problems.join('; ')}` };
}

function followedBy(
  { kubernetes, namespaces: { scope, served: patterns } }: Config,
  { cluster, namespaces, audit, logger, metrics }: SecretCacheParts,
  { documents, renditions }: Pick<RunningCache, 'documents' | 'renditions'>,
) {
  const { gatewayNamespace, brokerServiceAccount } = kubernetes;
  const onFault = (error: unknown): void => logger.unexpectedError(toSallyportError(error));
  const onState = (stream: string, isLive: boolean, error?: unknown): void => {
    const cause = error === undefined ? undefined : toSallyportError(error);
    const reason = cause?.internal ?? cause?.code;
    logger.watchChanged(`secrets of ${stream}, for reads`, isLive, reason);
  };
  // Where all is served the broker is bound cluster-wide, else in each namespace by itself.
  const isClusterWide = scope === 'cluster' && patterns.includes('*');
  const isServed = (namespace: string): boolean => cluster.served.isServed(namespace);
  const cache: FollowedSecrets = new FollowedSecrets({
    ...{ documents, isServed, isClusterWide, onFault },
    isLive: (namespace) => watch.isLive(namespace),
    incarnation: (namespace) => namespaces.known(namespace)?.uid,
    onOver: (state) => renditions.drop(state),
    onTooLarge: (collection) => {
      onState(collection || '*', false, moreThanMayBeHeld);
      watch.tooLarge(collection);
    },
  });
  const watch: SecretCacheWatch = new SecretCacheWatch({
    ...{ namespaces, isClusterWide, onFault },
    isFollowed: isServed,
    broker: cluster.broker,
    sink: cache.sink,
    record: (namespace, announcements) => {
      const facts = { action: 'secrets.watch', ...(namespace !== '' && { namespace }) } as const;
      const broker = gatewayCaller(gatewayNamespace, brokerServiceAccount);
      const outcome = { outcome: 'allowed', code: 200, plane: 'broker' } as const;
      return audit.record(broker, facts, { ...outcome, upstreamIds: announcements });
    },
    onState,
  });
  namespaces.onChange(() => cache.adjust());
  cluster.rbacWatch.onChange((concern) => {
    watch.nudge(concern === 'all' ? undefined : concern.namespace);
  });
  metrics.watchCache(() => ({
    ...cache.size,
    ...watch.state,
    waiting: cache.waiting,
    renditionBytes: renditions.sizeBytes,
  }));
  return { cache, watch };
}
