import type { AccessReviewsService } from '../access/access-reviews.service.js';
import type { CallContext } from '../core/call-context.js';
import type { Clock } from '../core/clock.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import type { RawAnswer } from '../core/forwarding.js';
import type { ApiResourceRequest, FacadeRequest } from './domain/facade.js';
import {
  accessSpecOf,
  parseReview,
  pathDecision,
  questionOf,
  reviewedAccess,
  reviewedRules,
  reviewedSelf,
  reviewTypeOf,
  rulesNamespaceOf,
} from './domain/self-review.js';
import { listedQuestions, resourceRules } from './domain/self-review-rules.js';

type Reviews = Pick<AccessReviewsService, 'review' | 'rights' | 'whoami'>;

/**
 * Reviews of `kubectl auth can-i` and `whoami` about the caller. The API server would answer about
 * the gateway, or need one more right to impersonate.
 */
export class SelfReviews {
  readonly #reviews: Reviews;
  readonly #clock: Clock;

  constructor(reviews: Reviews, clock: Clock) {
    this.#reviews = reviews;
    this.#clock = clock;
  }

  /**
   * Answers a request that creates a review. Throws NotFound for other kinds and versions,
   * UnsupportedMediaType, BadRequest or Invalid for a body, Unavailable if something cannot be
   * decided or recorded.
   * https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/
   */
  async answer(
    ctx: CallContext,
    { api, raw }: FacadeRequest<ApiResourceRequest>,
  ): Promise<RawAnswer> {
    const type = reviewTypeOf(api);
    if (type === undefined) {
      throw new SallyportError('NotFound', 'the server could not find the requested resource');
    }
    const document = parseReview(raw, type);
    switch (type.kind) {
      case 'SelfSubjectAccessReview':
        return created(await this.#reviewAccess(ctx, document));
      case 'SelfSubjectRulesReview':
        return created(await this.#reviewRules(ctx, document));
      case 'SelfSubjectReview':
        // Record it; callers of kubectl receive more about themselves.
        await this.#reviews.whoami(ctx);
        return created(reviewedSelf(ctx.principal, this.#clock.nowMs()));
    }
  }

  async #reviewAccess(ctx: CallContext, document: unknown): Promise<object> {
    const spec = accessSpecOf(document);
    if ('nonResourceAttributes' in spec) {
      // Record the question, although the cluster is not queried.
      await this.#reviews.review(ctx, []);
      return reviewedAccess(spec, pathDecision(spec.nonResourceAttributes));
    }
    const [decision] = await this.#reviews.review(ctx, [questionOf(spec.resourceAttributes)]);
    return reviewedAccess(spec, decision ?? { allowed: false, reason: '' });
  }

  async #reviewRules(ctx: CallContext, document: unknown): Promise<object> {
    const namespace = rulesNamespaceOf(document);
    const questions = listedQuestions(namespace);
    const { rights, isComplete } = await this.#reviews.rights(ctx, namespace, questions);
    return reviewedRules(resourceRules(rights), isComplete);
  }
}

function created(review: object): RawAnswer {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache, private' };
  return { status: 201, headers, body: Buffer.from(JSON.stringify(review), 'utf8') };
}
