import type { CallContext } from '../core/call-context.js';
import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import type { Principal } from '../core/principal.js';
import type { AccessReviewSpec, SelfKubeClient } from '../kubernetes/self-kube.client.js';
import {
  AccessService,
  type Decision,
  type Grant,
  type ResourceRequest,
} from './access.service.js';
import type { DecisionCache } from './decision-cache.js';
import { evaluateReview } from './domain/evaluate-review.js';
import { forbiddenMessage } from './domain/forbidden-message.js';

export interface KubeAccessOptions {
  /** Without one every decision is asked anew. */
  readonly cache?: DecisionCache | undefined;
  readonly upstreamIds?: string[];
}

/** Decisions by SubjectAccessReview, kept by the cache. Whatever is not a clear yes is no. */
export class KubeAccessService extends AccessService {
  readonly #self: Pick<SelfKubeClient, 'reviewAccess'>;
  readonly #cache: DecisionCache | undefined;
  readonly #upstreamIds: string[] | undefined;

  constructor(self: Pick<SelfKubeClient, 'reviewAccess'>, options: KubeAccessOptions = {}) {
    super();
    this.#self = self;
    this.#cache = options.cache;
    this.#upstreamIds = options.upstreamIds;
  }

  override tracedBy(upstreamIds: string[]): AccessService {
    return new KubeAccessService(this.#self, { cache: this.#cache, upstreamIds });
  }

  override decide(ctx: CallContext, request: ResourceRequest): Promise<Decision> {
    const { principal, signal } = ctx;
    if (this.#cache === undefined) return this.#ask(principal, request, signal);
    // Others may share the question, so that it does not end with who asked it first.
    const ask = () => this.#ask(principal, request, undefined);
    return this.#cache.decide({ principal, request, signal }, ask);
  }

  async #ask(
    principal: Principal,
    request: ResourceRequest,
    signal: AbortSignal | undefined,
  ): Promise<Decision> {
    const review = await this.#self.reviewAccess(specOf(principal, request), {
      signal,
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
  ): Promise<Grant> {
    const [first, ...others] = alternatives;
    const decision = await this.decide(ctx, first);
    if (decision.allowed) return { allowed: true, reason: decision.reason, right: first };
    for (const right of others) {
      const { allowed, reason } = await this.decide(ctx, right);
      if (allowed) return { allowed, reason, right };
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
