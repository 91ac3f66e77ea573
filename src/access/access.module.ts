import { type FactoryProvider, Module } from '@nestjs/common';
import { RbacWatch } from '../kubernetes/rbac-watch.js';
import { SelfKubeClient } from '../kubernetes/self-kube.client.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { AccessService } from './access.service.js';
import { DecisionCache } from './decision-cache.js';
import { KubeAccessService } from './kube-access.service.js';
import { AuthorizationMonitor } from './authorization-monitor.service.js';

const decisions: FactoryProvider<DecisionCache> = {
  provide: DecisionCache,
  inject: [RbacWatch, Metrics],
  useFactory: (changes: RbacWatch, metrics: Metrics) =>
    new DecisionCache({ changes, onDecision: (source) => metrics.decided(source) }),
};

const access: FactoryProvider<AccessService> = {
  provide: AccessService,
  inject: [SelfKubeClient, DecisionCache, CONFIG],
  useFactory: (self: SelfKubeClient, cache: DecisionCache, { kubernetes }: Config) =>
    new KubeAccessService(self, { cache, authorizers: kubernetes.authorizers }),
};

const standingRights: FactoryProvider<AuthorizationMonitor> = {
  provide: AuthorizationMonitor,
  inject: [AccessService, RbacWatch],
  useFactory: (service: AccessService, changes: RbacWatch) =>
    new AuthorizationMonitor(service, changes),
};

/** Decisions of Kubernetes about callers; AccessReviewsModule records who requests reviews. */
@Module({
  providers: [decisions, access, standingRights],
  exports: [AccessService, DecisionCache, AuthorizationMonitor],
})
export class AccessModule {}
