import { requireInScope } from '../access/domain/scope-refusal.js';
import type { ConfiguredResource } from '../core/configured-resource.js';
import type { CallContext } from '../core/call-context.js';
import type { SecretsService } from '../secrets/secrets.service.js';
import type { ClusterDocuments } from './cluster-documents.js';
import type {
  ApiPathRequest,
  ApiResourceRequest,
  FacadeAnswer,
  FacadeRequest,
} from './domain/facade.js';
import { routeOf } from './domain/served-resources.js';
import type { ForwardedResources } from './forwarded-resources.js';
import type { NamespaceViews } from './namespace-views.js';
import type { SelfReviews } from './self-reviews.js';

export interface KubectlParts {
  readonly secrets: Pick<SecretsService, 'forward'>;
  readonly documents: ClusterDocuments;
  readonly namespaces: NamespaceViews;
  readonly reviews: SelfReviews;
  readonly resources: ForwardedResources;
  /** What an installation lets through beside Secrets. */
  readonly configured: readonly ConfiguredResource[];
}

/** Which part of the gateway a request of Kubernetes' API is for; what is for none is refused. */
export class KubectlService {
  readonly #parts: KubectlParts;

  constructor(parts: KubectlParts) {
    this.#parts = parts;
  }

  /** Throws SallyportError, RefusedByCluster with the words of the API server. */
  async answer(ctx: CallContext, { api, raw }: FacadeRequest): Promise<FacadeAnswer> {
    if (api.kind === 'path') return this.#published(ctx, { api, raw });
    const request = { api, raw };
    const { secrets, namespaces, reviews, resources } = this.#parts;
    switch (await this.#routeOf(ctx, api)) {
      case 'secrets':
        return secrets.forward(ctx, { ...api, raw });
      case 'rotations':
        return resources.rotations(ctx, request);
      case 'namespaces':
        return namespaces.answer(ctx, request);
      case 'self-review':
        return reviews.answer(ctx, request);
      case 'forwarded':
        return resources.others(ctx, request);
    }
  }

  /** Open to every credential that is good for anything, and on no record: it names no object. */
  #published(ctx: CallContext, request: FacadeRequest<ApiPathRequest>): Promise<FacadeAnswer> {
    requireInScope(ctx, { action: 'access.review' });
    return this.#parts.documents.answer(ctx, request);
  }

  async #routeOf(ctx: CallContext, api: ApiResourceRequest): Promise<ReturnType<typeof routeOf>> {
    try {
      return routeOf(api, this.#parts.configured);
    } catch (refusal) {
      return this.#parts.resources.refuse(ctx, api, refusal);
    }
  }
}
