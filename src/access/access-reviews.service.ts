import type { AuditService } from '../audit/audit.service.js';
import type { CallContext } from '../core/call-context.js';
import { limits } from '../core/limits.js';
import type { AccessService, Decision, ResourceRequest } from './access.service.js';
import {
  type AccessQuestion,
  commonNamespace,
  hintFor,
  toResourceRequest,
} from './domain/access-question.js';
import { questionRefusal } from './domain/question-in-scope.js';
import { type ViewerView, toViewer } from './domain/viewer.js';

/** What callers ask about themselves: who they are, and what they may do. */
export class AccessReviewsService {
  readonly #audit: AuditService;
  readonly #access: AccessService;

  constructor(audit: AuditService, access: AccessService) {
    this.#audit = audit;
    this.#access = access;
  }

  whoami(ctx: CallContext): Promise<ViewerView> {
    return this.#audit.read(ctx, { action: 'access.review' }, async () => toViewer(ctx.principal));
  }

  /** Answers in the order of the questions. Throws Unavailable where one cannot be decided. */
  review(ctx: CallContext, questions: readonly AccessQuestion[]): Promise<readonly Decision[]> {
    const namespace = commonNamespace(questions);
    const place = namespace === undefined ? {} : { namespace };
    return this.#audit.read(ctx, { action: 'access.review', ...place }, async (draft) => {
      draft.trace.plane = 'self';
      const access = this.#access.tracedBy(draft.trace.upstreamIds);
      const decisions: Decision[] = [];
      for (let start = 0; start < questions.length; start += limits.accessReviewsAtOnceMax) {
        const batch = questions.slice(start, start + limits.accessReviewsAtOnceMax);
        const answers = batch.map((question) => decide(access, ctx, toResourceRequest(question)));
        decisions.push(...(await Promise.all(answers)));
      }
      return decisions;
    });
  }
}

/** A narrowed token may what its owner may and its scope allows. */
async function decide(
  access: AccessService,
  ctx: CallContext,
  request: ResourceRequest,
): Promise<Decision> {
  const { scope } = ctx.principal;
  const reason = scope === undefined ? undefined : questionRefusal(scope, request);
  if (reason !== undefined) return { allowed: false, reason };
  const decision = await access.decide(ctx, request);
  return decision.allowed ? decision : { ...decision, reason: hintFor(request) ?? decision.reason };
}
