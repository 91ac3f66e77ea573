import type { FactoryProvider, Provider } from '@nestjs/common';
import { AccessReviewsService } from '../access/access-reviews.service.js';
import { AccessService } from '../access/access.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { AuthorizationMonitor } from '../access/authorization-monitor.service.js';
import { AuditService } from '../audit/audit.service.js';
import { CallRunner } from '../calls/call-runner.service.js';
import { Clock } from '../core/clock.js';
import { RawUpstream } from '../core/forwarding.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { ServiceAccountDirectory } from '../tokens/domain/service-account-directory.js';
import { limits } from '../core/limits.js';
import { SecretDependencies } from '../secrets/secrets.dependencies.js';
import { asDryRun } from './domain/forward/checked-state.js';
import { RevealLimiter } from './forward/reveal-limiter.js';
import { SecretForwards } from './forward/secret-forwards.js';
import { ClusterDocuments } from './cluster-documents.js';
import { ForwardedResources } from './forwarded-resources.js';
import { GatewayAddress } from './gateway-address.js';
import { Impersonation } from './impersonation.js';
import { KubeconfigService } from './kubeconfig.service.js';
import { NamespaceViews } from './namespace-views.js';
import { SelfReviews } from './self-reviews.js';

const documents: FactoryProvider<ClusterDocuments> = {
  provide: ClusterDocuments,
  inject: [RawUpstream],
  useFactory: (upstream: RawUpstream) => new ClusterDocuments(upstream),
};

const namespaceViews: FactoryProvider<NamespaceViews> = {
  provide: NamespaceViews,
  inject: [CallRunner, AccessService, RawUpstream, AuthorizationMonitor],
  useFactory: (
    calls: CallRunner,
    access: AccessService,
    upstream: RawUpstream,
    standing: AuthorizationMonitor,
  ) => new NamespaceViews({ calls, access, upstream, standing }),
};

const selfReviews: FactoryProvider<SelfReviews> = {
  provide: SelfReviews,
  inject: [AccessReviewsService, Clock],
  useFactory: (reviews: AccessReviewsService, clock: Clock) => new SelfReviews(reviews, clock),
};

const forwardedResources: FactoryProvider<ForwardedResources> = {
  provide: ForwardedResources,
  inject: [CallRunner, ServedNamespaces, RawUpstream, AuthorizationMonitor],
  useFactory: (
    calls: CallRunner,
    served: ServedNamespaces,
    upstream: RawUpstream,
    standing: AuthorizationMonitor,
  ) => new ForwardedResources({ calls, served, upstream, standing }),
};

const forwards: FactoryProvider<SecretForwards> = {
  provide: SecretForwards,
  inject: [SecretDependencies, RawUpstream],
  useFactory: (
    { calls, audit, access, served, history, checks, cache, store, standing }: SecretDependencies,
    upstream: RawUpstream,
  ) => {
    const turns = new RevealLimiter(limits.kubectlRevealsWaitingMax);
    return new SecretForwards({
      calls,
      audit,
      access,
      served,
      history,
      checks,
      cache,
      store,
      standing,
      upstream,
      rehearse: (call, raw) => upstream.send(call, asDryRun(raw)),
      turns,
    });
  },
};

const impersonation: FactoryProvider<Impersonation> = {
  provide: Impersonation,
  inject: [AccessService, AuthorizationMonitor, ServiceAccountDirectory, AuditService],
  useFactory: (
    access: AccessService,
    standing: AuthorizationMonitor,
    accounts: ServiceAccountDirectory,
    audit: AuditService,
  ) => new Impersonation({ access, standing, accounts, audit }),
};

const gatewayAddress: FactoryProvider<GatewayAddress> = {
  provide: GatewayAddress,
  inject: [CONFIG],
  useFactory: (config: Config) => new GatewayAddress(config),
};

const kubeconfigs: FactoryProvider<KubeconfigService> = {
  provide: KubeconfigService,
  inject: [CONFIG, CallRunner, GatewayAddress],
  useFactory: ({ kubectl }: Config, calls: CallRunner, address: GatewayAddress) => {
    const { enabled: isEnabled, certificateAuthority } = kubectl;
    return new KubeconfigService({ calls, address, isEnabled, certificateAuthority });
  },
};

export const kubectlProviders: Provider[] = [
  documents,
  namespaceViews,
  selfReviews,
  forwardedResources,
  forwards,
  impersonation,
  gatewayAddress,
  kubeconfigs,
];
