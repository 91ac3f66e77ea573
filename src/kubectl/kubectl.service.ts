import { Inject, Injectable } from '@nestjs/common';
import { requireInScope } from '../access/domain/scope-refusal.js';
import { type ConfiguredResource, ConfiguredResources } from '../core/configured-resource.js';
import type { CallContext } from '../core/call-context.js';
import { SecretForwards } from './forward/secret-forwards.js';
import { ClusterDocuments } from './cluster-documents.js';
import type {
  ApiPathRequest,
  ApiResourceRequest,
  FacadeAnswer,
  FacadeRequest,
} from './domain/facade.js';
import { routeOf } from './domain/served-resources.js';
import { ForwardedResources } from './forwarded-resources.js';
import { NamespaceViews } from './namespace-views.js';
import { SelfReviews } from './self-reviews.js';

interface KubectlDependencies {
  readonly secrets: Pick<SecretForwards, 'forward'>;
  readonly documents: ClusterDocuments;
  readonly namespaces: NamespaceViews;
  readonly reviews: SelfReviews;
  readonly resources: ForwardedResources;
  /** Resources that an installation forwards in addition to Secrets. */
  readonly configured: readonly ConfiguredResource[];
}

/** Routes requests of Kubernetes' API to parts of the gateway; refuses all others. */
@Injectable()
export class KubectlService {
  readonly #dependencies: KubectlDependencies;

  constructor(
    @Inject(SecretForwards) secrets: Pick<SecretForwards, 'forward'>,
    documents: ClusterDocuments,
    namespaces: NamespaceViews,
    reviews: SelfReviews,
    resources: ForwardedResources,
    { all: configured }: ConfiguredResources,
  ) {
    this.#dependencies = { secrets, documents, namespaces, reviews, resources, configured };
  }

  /** Answers. Throws SallyportError, RefusedByCluster with the words of the API server. */
  async answer(ctx: CallContext, { api, raw }: FacadeRequest): Promise<FacadeAnswer> {
    if (api.kind === 'path') return this.#published(ctx, { api, raw });
    const request = { api, raw };
    const { secrets, namespaces, reviews, resources } = this.#dependencies;
    const route = await this.#routeOf(ctx, api);
    switch (route) {
      case 'secrets':
        return secrets.forward(ctx, { ...api, raw });
      case 'rotations':
      case 'shares':
      case 'imports':
      case 'schemas':
      case 'environments':
      case 'syncs':
      case 'stores':
        return resources.custom(ctx, route, request);
      case 'namespaces':
        return namespaces.answer(ctx, request);
      case 'self-review':
        return reviews.answer(ctx, request);
      case 'forwarded':
        return resources.others(ctx, request);
    }
  }

  /** Serves published documents to every valid credential, unrecorded: they name no object. */
  #published(ctx: CallContext, request: FacadeRequest<ApiPathRequest>): Promise<FacadeAnswer> {
    requireInScope(ctx, { action: 'access.review' });
    return this.#dependencies.documents.answer(ctx, request);
  }

  async #routeOf(ctx: CallContext, api: ApiResourceRequest): Promise<ReturnType<typeof routeOf>> {
    try {
      return routeOf(api, this.#dependencies.configured);
    } catch (refusal) {
      return this.#dependencies.resources.refuse(ctx, api, refusal);
    }
  }
}
