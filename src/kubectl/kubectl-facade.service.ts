import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { CredentialLifetimes } from '../auth/credential-lifetimes.service.js';
import { limits } from '../core/limits.js';
import { StreamQuota } from '../core/stream-quota.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { RefusalRecorder } from '../platform/http/refusal-recorder.js';
import { Shutdown } from '../platform/lifecycle/shutdown.js';
import { Impersonation } from './impersonation.js';
import { addKubectlRoutes } from './kubectl.routes.js';
import { KubectlService } from './kubectl.service.js';

/** Serves `/kubernetes` with the services that REST and GraphQL use too. */
@Injectable()
export class KubectlFacade {
  readonly #kubectl: Config['kubectl'];
  readonly #service: KubectlService;
  readonly #refusals: RefusalRecorder;
  readonly #terms: CredentialLifetimes;
  readonly #impersonation: Impersonation;
  readonly #shutdown: Shutdown;

  constructor(
    @Inject(CONFIG) { kubectl }: Config,
    service: KubectlService,
    refusals: RefusalRecorder,
    terms: CredentialLifetimes,
    impersonation: Impersonation,
    shutdown: Shutdown,
  ) {
    this.#kubectl = kubectl;
    this.#service = service;
    this.#refusals = refusals;
    this.#terms = terms;
    this.#impersonation = impersonation;
    this.#shutdown = shutdown;
  }

  /** Adds the routes, if kubectl is enabled. */
  addTo(instance: FastifyInstance): void {
    if (!this.#kubectl.enabled) return;
    const mayImpersonate = this.#kubectl.impersonation === 'allow';
    addKubectlRoutes(instance, {
      service: this.#service,
      refusals: this.#refusals,
      terms: this.#terms,
      leaving: this.#shutdown.begun,
      impersonation: mayImpersonate ? this.#impersonation : undefined,
      watches: new StreamQuota({
        what: 'watches',
        inAllMax: limits.kubectlWatchesMax,
        ofUserMax: limits.kubectlWatchesPerUserMax,
        ofAddressMax: limits.kubectlWatchesPerAddressMax,
        ofNamespaceMax: limits.kubectlWatchesPerNamespaceMax,
      }),
      lists: new StreamQuota({
        what: 'lists',
        inAllMax: limits.kubectlListsMax,
        ofUserMax: limits.kubectlListsPerUserMax,
        ofAddressMax: limits.kubectlListsPerAddressMax,
      }),
      descriptions: new StreamQuota({
        what: 'descriptions of the API',
        inAllMax: limits.kubectlDescriptionsMax,
        ofUserMax: limits.kubectlDescriptionsPerUserMax,
        ofAddressMax: limits.kubectlDescriptionsPerAddressMax,
      }),
    });
  }
}
