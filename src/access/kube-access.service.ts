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
import { ANY_NAME } from './domain/any-name.js';
import { isForeignAllow } from './domain/decision-lifetime.js';
import { evaluateReview } from './domain/evaluate-review.js';
import { forbiddenMessage } from './domain/forbidden-message.js';

export interface KubeAccessOptions {
  /** Cache of decisions; without it, every decision is requested again. */
  readonly cache?: DecisionCache | undefined;
  /** `rbac`: no other authorizer decides, so a right to all names is a right to each. */
  readonly authorizers?: 'any' | 'rbac';
  readonly upstreamIds?: string[];
}

/** Decisions by SubjectAccessReview, cached. Anything but a clear yes is no. */
export class KubeAccessService extends AccessService {
  readonly #self: Pick<SelfKubeClient, 'reviewAccess'>;
  readonly #cache: DecisionCache | undefined;
  readonly #authorizers: 'any' | 'rbac';
  readonly #upstreamIds: string[] | undefined;

  constructor(self: Pick<SelfKubeClient, 'reviewAccess'>, options: KubeAccessOptions = {}) {
    super();
    this.#self = self;
    this.#cache = options.cache;
    this.#authorizers = options.authorizers ?? 'any';
    this.#upstreamIds = options.upstreamIds;
  }

  override tracedBy(upstreamIds: string[]): AccessService {
    const options = { cache: this.#cache, authorizers: this.#authorizers, upstreamIds };
    return new KubeAccessService(this.#self, options);
  }

  override decide(ctx: CallContext, request: ResourceRequest): Promise<Decision> {
    const cache = this.#cache;
    if (cache === undefined) return this.#ask(ctx.principal, request, ctx.signal);
    const isOneForAll = this.#authorizers === 'rbac' && !cache.foreignAuthorizers;
    if (!isOneForAll || request.name === '') return this.#kept(cache, ctx, request);
    return this.#keptOfAny(cache, ctx, request);
  }

  /** Returns the decision about any name if RBAC allows it, else about this name. */
  async #keptOfAny(
    cache: DecisionCache,
    ctx: CallContext,
    request: ResourceRequest,
  ): Promise<Decision> {
    const ofAny = await this.#kept(cache, ctx, { ...request, name: ANY_NAME });
    const holds = ofAny.allowed && !isForeignAllow(ofAny);
    return holds ? ofAny : this.#kept(cache, ctx, request);
  }

  #kept(cache: DecisionCache, ctx: CallContext, request: ResourceRequest): Promise<Decision> {
    const { principal, signal } = ctx;
    // Other callers may share the question, so the first caller's end must not end it.
    const ask = () => this.#ask(principal, request, undefined);
    return cache.decide({ principal, request, signal }, ask);
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
