import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AccessModule } from '../../access/access.module.js';
import { AuditModule } from '../../audit/audit.module.js';
import { SecretCacheWatch } from '../../kubernetes/secret-cache-watch.js';
import { isCached } from '../../platform/config/cached-reads.js';
import type { Config } from '../../platform/config/config.schema.js';
import { CONFIG } from '../../platform/config/config.token.js';
import { Readiness } from '../../platform/health/readiness.js';
import { Resources } from '../../platform/lifecycle/resources.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { HistoryModule } from '../../versions/history.module.js';
import { DenialBeforeFaultStore } from './denial-before-fault.store.js';
import { SecretCache } from '../domain/cache/secret-cache.js';
import { SecretStore } from '../domain/secret.store.js';
import { WatchedSecretCache } from './watched-secret-cache.js';
import { RepresentationCache } from './representation-cache.js';
import { cacheProviders } from './secret-cache.providers.js';

/** Module of watched Secrets, and of the stores through which all writes pass the cache. */
@Module({
  imports: [AccessModule, AuditModule, HistoryModule],
  providers: cacheProviders,
  exports: [SecretCache, RepresentationCache, SecretStore, DenialBeforeFaultStore],
})
export class SecretCacheModule implements OnApplicationBootstrap {
  readonly #isOn: boolean;
  readonly #cache: WatchedSecretCache;
  readonly #watch: SecretCacheWatch;
  readonly #resources: Resources;

  constructor(
    @Inject(CONFIG) config: Config,
    cache: WatchedSecretCache,
    watch: SecretCacheWatch,
    renditions: RepresentationCache,
    resources: Resources,
    readiness: Readiness,
    metrics: Metrics,
  ) {
    this.#isOn = isCached(config);
    this.#cache = cache;
    this.#watch = watch;
    this.#resources = resources;
    if (!this.#isOn) return;
    readiness.addWarnings(() => warningsOf(cache, watch));
    metrics.watchCache(() => ({
      ...cache.size,
      ...watch.state,
      waiting: cache.waiting,
      renditionBytes: renditions.sizeBytes,
    }));
  }

  onApplicationBootstrap(): void {
    if (!this.#isOn) return;
    this.#resources.defer(() => this.#watch.stop());
    this.#watch.start(this.#cache.sink);
  }
}

/** Returns for operators why reads cannot be served from the cache. */
function warningsOf(
  { tooLarge }: WatchedSecretCache,
  { lapsed }: SecretCacheWatch,
): Readonly<Record<string, string>> {
  const unfollowed = `Secrets of ${lapsed.length} served namespace(s) are not followed just now`;
  const large = `Secrets of ${tooLarge} served namespace(s) are more than may be held`;
  const problems = [
    ...(lapsed.length === 0 ? [] : [unfollowed]),
    ...(tooLarge === 0 ? [] : [large]),
  ];
  return problems.length === 0 ? {} : { cache: `reads go to the cluster: ${problems.join('; ')}` };
}
