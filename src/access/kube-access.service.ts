import type { CallContext } from '../core/call-context.js';
import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import type { Principal } from '../core/principal.js';
import type { AccessReviewSpec, SelfKubeClient } from '../kubernetes/self-kube.client.js';
import { AccessService, type Decision, type ResourceRequest } from './access.service.js';
import { evaluateReview } from './domain/evaluate-review.js';
import { forbiddenMessage } from './domain/forbidden-message.js';

/** Decisions by SubjectAccessReview, each asked anew. Whatever is not a clear yes is no. */
export class KubeAccessService extends AccessService {
  readonly #self: Pick<SelfKubeClient, 'reviewAccess'>;

  readonly #upstreamIds: string[] | undefined;

  constructor(self: Pick<SelfKubeClient, 'reviewAccess'>, upstreamIds?: string[]) {
    super();
    this.#self = self;
    this.#upstreamIds = upstreamIds;
  }

  override tracedBy(upstreamIds: string[]): AccessService {
    return new KubeAccessService(this.#self, upstreamIds);
  }

  override async decide(ctx: CallContext, request: ResourceRequest): Promise<Decision> {
    const review = await this.#self.reviewAccess(specOf(ctx.principal, request), {
      signal: ctx.signal,
      onUpstreamId: (id) => this.#upstreamIds?.push(id),
    });
    const decision = evaluateReview(review);
    if (decision !== undefined) return decision;
    const internal = 'SubjectAccessReview gave neither a yes nor a no';
    throw unavailable('the cluster could not decide', { internal });
  }

  override async require(
    ctx: CallContext,
    ...alternatives: readonly [ResourceRequest, ...ResourceRequest[]]
  ): Promise<Decision> {
    const [first, ...others] = alternatives;
    const decision = await this.decide(ctx, first);
    if (decision.allowed) return decision;
    for (const request of others) {
      const other = await this.decide(ctx, request);
      if (other.allowed) return other;
    }
    const message = forbiddenMessage(ctx.principal.username, first, decision.reason);
    throw new SallyportError('Forbidden', message);
  }
}

function specOf(principal: Principal, request: ResourceRequest): AccessReviewSpec {
  const { verb, group, resource, subresource, namespace, name } = request;
  return {
    user: principal.username,
    ...(principal.uid === '' ? {} : { uid: principal.uid }),
    groups: principal.groups,
    extra: principal.extra,
    resourceAttributes: {
      verb,
      group,
      resource,
      ...(subresource === undefined ? {} : { subresource }),
      namespace,
      name,
    },
  };
}
