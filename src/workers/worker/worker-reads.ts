import type { AuditService } from '../../audit/audit.service.js';
import type { Cluster } from '../../cluster.js';
import type { Config } from '../../config/config.schema.js';
import { toSallyportError } from '../../core/errors/sallyport-error.js';
import { KubeNamespaceUids } from '../../kubernetes/kube-namespace-uids.js';
import { type RunningCache, openSecretCache } from '../../secret-cache.js';
import { CachedSecretSource } from '../../secrets/cached-secret-source.js';
import { DenialBeforeFaultStore } from '../../secrets/denial-before-fault.store.js';
import { SecretReads } from '../../secrets/secret-reads.js';
import { ShownStates } from '../../secrets/shown-states.js';
import type { Telemetry } from '../../telemetry/telemetry.js';
import { isExcluded } from '../../versions/domain/excluded.js';
import { MainHistory } from './main-history.js';
import type { MainLink } from './main-link.js';

export interface WorkerReadParts extends Pick<Telemetry, 'logger' | 'metrics'> {
  readonly cluster: Cluster;
  readonly audit: AuditService;
  readonly link: MainLink;
}

/** Reads as the main process has them: the same classes, over a cache of this process. */
export function openWorkerReads(
  config: Config,
  { cluster, audit, link, logger, metrics }: WorkerReadParts,
) {
  const { access, served, rbacWatch } = cluster;
  const { enabled, exclude } = config.versions;
  const hasHistory = enabled && config.kubernetes.access !== 'passthrough';
  const history = new MainHistory({
    link,
    isRecorded: (secret) =>
      hasHistory && served.isServed(secret.namespace) && !isExcluded(exclude, secret),
  });
  const namespaces = new KubeNamespaceUids(cluster.self, (error) => {
    logger.unexpectedError(toSallyportError(error));
  });
  const parts = { cluster, namespaces, history, audit, logger, metrics };
  const secretCache: RunningCache = openSecretCache(config, parts);
  const { cache, documents, renditions } = secretCache;
  const store = new DenialBeforeFaultStore(secretCache.store, access);
  const states = new ShownStates({ renditions, documents, history });
  const source = new CachedSecretSource({ access, served, store, cache, states, history });
  return {
    secretCache,
    history,
    reads: new SecretReads({ audit, access, served, source }),
    start(): void {
      rbacWatch.start();
      namespaces.start();
      secretCache.start();
    },
  };
}
