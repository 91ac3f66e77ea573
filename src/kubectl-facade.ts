import type { FastifyInstance } from 'fastify';
import type { INestApplicationContext } from '@nestjs/common';
import { AccessReviewsService } from './access/access-reviews.service.js';
import { CredentialTerms } from './auth/credential-terms.js';
import type { RequestAuthentication } from './auth/request-authentication.js';
import type { Config } from './platform/config/config.schema.js';
import { configuredResources } from './core/configured-resource.js';
import { limits } from './core/limits.js';
import { StreamPlaces } from './core/stream-places.js';
import type { Infrastructure } from './infrastructure.js';
import { ClusterDocuments } from './kubectl/cluster-documents.js';
import { ForwardedResources } from './kubectl/forwarded-resources.js';
import { Impersonation } from './kubectl/impersonation.js';
import { addKubectlRoutes } from './kubectl/kubectl.routes.js';
import { KubectlService } from './kubectl/kubectl.service.js';
import { NamespaceViews } from './kubectl/namespace-views.js';
import { SelfReviews } from './kubectl/self-reviews.js';
import { SecretsService } from './secrets/secrets.service.js';

export interface FacadeParts {
  readonly infrastructure: Infrastructure;
  readonly authentication: RequestAuthentication;
  /** Aborts when the gateway begins to stop. */
  readonly leaving: AbortSignal;
  readonly app: INestApplicationContext;
}

/** Opens `/kubernetes` over the services that every other door uses. */
export function addKubectlFacade(
  instance: FastifyInstance,
  { kubectl }: Pick<Config, 'kubectl'>,
  { infrastructure, authentication, leaving, app }: FacadeParts,
): void {
  if (!kubectl.enabled) return;
  const { audit, access, served, standing, upstream, clock, refusals, accounts, tokens } =
    infrastructure;
  const parts = { audit, access, served, standing, upstream };
  const service = new KubectlService({
    secrets: app.get(SecretsService, { strict: false }),
    documents: new ClusterDocuments(upstream),
    namespaces: new NamespaceViews(parts),
    reviews: new SelfReviews(app.get(AccessReviewsService, { strict: false }), clock),
    resources: new ForwardedResources(parts),
    configured: configuredResources(kubectl.resources),
  });
  const isAllowed = kubectl.impersonation === 'allow';
  addKubectlRoutes(instance, {
    ...{ service, refusals, leaving },
    terms: new CredentialTerms(authentication, clock, tokens),
    watches: new StreamPlaces({
      ...{ what: 'watches', inAllMax: limits.kubectlWatchesMax },
      ofUserMax: limits.kubectlWatchesPerUserMax,
      ofAddressMax: limits.kubectlWatchesPerAddressMax,
      ofNamespaceMax: limits.kubectlWatchesPerNamespaceMax,
    }),
    lists: new StreamPlaces({
      ...{ what: 'lists', inAllMax: limits.kubectlListsMax },
      ofUserMax: limits.kubectlListsPerUserMax,
      ofAddressMax: limits.kubectlListsPerAddressMax,
    }),
    descriptions: new StreamPlaces({
      ...{ what: 'descriptions of the API', inAllMax: limits.kubectlDescriptionsMax },
      ofUserMax: limits.kubectlDescriptionsPerUserMax,
      ofAddressMax: limits.kubectlDescriptionsPerAddressMax,
    }),
    impersonation: isAllowed ? new Impersonation({ access, standing, accounts, audit }) : undefined,
  });
}
