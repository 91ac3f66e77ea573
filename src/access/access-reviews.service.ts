import { Injectable } from '@nestjs/common';
import { CallRunner } from '../calls/call-runner.service.js';
import { accessLimits } from '../core/access-limits.js';
import type { CallContext } from '../core/call-context.js';
import { type ConfiguredResource, ConfiguredResources } from '../core/configured-resource.js';
import { limits } from '../core/limits.js';
import { AccessService, type Decision, type ResourceRequest } from './access.service.js';
import {
  type AccessQuestion,
  commonNamespace,
  toResourceRequest,
} from './domain/access-question.js';
import { namedRequests } from './domain/named-requests.js';
import { NamedRules } from './domain/named-rules.js';
import { planReview } from './domain/plan-review.js';
import type { Rights } from './domain/secret-rights.js';
import { ServedNamespaces } from './domain/served-namespaces.js';
import { type ViewerView, toViewer } from './domain/viewer.js';

interface AccessReviewsDependencies {
  readonly calls: CallRunner;
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly rules: NamedRules;
  readonly configured: readonly ConfiguredResource[];
}

/** Rights that a caller was found to have; a right with a name covers only that name. */
export interface HeldRights {
  readonly rights: readonly ResourceRequest[];
  /** False if some rights by name are missing: too many, or the rules could not be read. */
  readonly isComplete: boolean;
}

/** Reviews that callers request about themselves: their identity and their rights. */
@Injectable()
export class AccessReviewsService {
  readonly #dependencies: AccessReviewsDependencies;

  constructor(
    calls: CallRunner,
    access: AccessService,
    served: ServedNamespaces,
    rules: NamedRules,
    configured: ConfiguredResources,
  ) {
    this.#dependencies = { calls, access, served, rules, configured: configured.all };
  }

  whoami(ctx: CallContext): Promise<ViewerView> {
    const facts = { action: 'access.review' } as const;
    return this.#dependencies.calls.read(ctx, facts, async () => toViewer(ctx.principal));
  }

  /**
   * Reports whether the gateway would carry out what each right opens, in the order of the
   * questions, each of which counts as a request. Throws Unavailable if one cannot be decided,
   * TooManyRequests.
   */
  async review(
    ctx: CallContext,
    questions: readonly AccessQuestion[],
  ): Promise<readonly Decision[]> {
    ctx.charge?.(questions.length - 1);
    const namespace = commonNamespace(questions);
    return this.#reviewing(ctx, namespace, (access) =>
      this.#decideAll(access, ctx, questions.map(toResourceRequest)),
    );
  }

  /**
   * Returns which of these rights in a namespace the caller has: for all names, else for names that
   * RBAC rules and the token's scope list. Throws Unavailable like `review`.
   */
  async rights(
    ctx: CallContext,
    namespace: string,
    questions: readonly AccessQuestion[],
  ): Promise<HeldRights> {
    ctx.charge?.(questions.length - 1);
    const asked = questions.map(toResourceRequest);
    return this.#reviewing(ctx, namespace, async (access) => {
      const whole = allowedOf(asked, await this.#decideAll(access, ctx, asked));
      const rules = await this.#rulesOf(ctx, namespace);
      const { scope } = ctx.principal;
      const context = { rules: rules ?? [], scope, configured: this.#dependencies.configured };
      const missing = asked.filter((request) => !whole.includes(request));
      const named = namedRequests(missing, context);
      const first = named.slice(0, accessLimits.namedRightsMax);
      ctx.charge?.(first.length);
      const byName = allowedOf(first, await this.#decideAll(access, ctx, first));
      const isComplete = rules !== undefined && first.length === named.length;
      return { rights: [...whole, ...byName], isComplete };
    });
  }

  #reviewing<T>(
    ctx: CallContext,
    namespace: string | undefined,
    effect: (access: AccessService) => Promise<T>,
  ): Promise<T> {
    const { calls, access } = this.#dependencies;
    const place = namespace === undefined ? {} : { namespace };
    return calls.read(ctx, { action: 'access.review', ...place }, (trace) => {
      trace.plane = 'self';
      return effect(access.tracedBy(trace.upstreamIds));
    });
  }

  async #decideAll(
    access: AccessService,
    ctx: CallContext,
    requests: readonly ResourceRequest[],
  ): Promise<readonly Decision[]> {
    const decisions: Decision[] = [];
    for (let start = 0; start < requests.length; start += limits.accessReviewsAtOnceMax) {
      const batch = requests.slice(start, start + limits.accessReviewsAtOnceMax);
      decisions.push(
        ...(await Promise.all(batch.map((request) => this.#decide(access, ctx, request)))),
      );
    }
    return decisions;
  }

  /** Decides: a narrowed token may do what its owner may and its scope allows. */
  async #decide(
    access: AccessService,
    ctx: CallContext,
    request: ResourceRequest,
  ): Promise<Decision> {
    const { served, configured } = this.#dependencies;
    const plan = planReview(request, { scope: ctx.principal.scope, served, configured });
    if (plan.kind === 'refused') return { allowed: false, reason: plan.reason };
    return decideNeeds(access, ctx, plan.needs);
  }

  /** Reads rules; undefined if they cannot be read: the result then lacks names, and says so. */
  async #rulesOf({ principal }: CallContext, namespace: string) {
    return this.#dependencies.rules.of(principal, namespace).catch(() => undefined);
  }
}

/** Requires one right of each list, checked in the order in which the operation checks. */
async function decideNeeds(
  access: AccessService,
  ctx: CallContext,
  needs: readonly Rights[],
): Promise<Decision> {
  let decision: Decision = { allowed: true, reason: '' };
  for (const alternatives of needs) {
    for (const right of alternatives) {
      decision = await access.decide(ctx, right);
      if (decision.allowed) break;
    }
    if (!decision.allowed) return decision;
  }
  return decision;
}

function allowedOf(
  requests: readonly ResourceRequest[],
  decisions: readonly Decision[],
): readonly ResourceRequest[] {
  return requests.filter((_request, index) => decisions[index]?.allowed === true);
}
