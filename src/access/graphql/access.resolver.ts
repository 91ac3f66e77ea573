import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { parseBody } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { AccessReviewsService } from '../access-reviews.service.js';
import { accessQuestionsSchema } from '../access.operations.js';
import { AccessAnswer, AccessRequest, Viewer } from './access.objects.js';

const part = { action: 'access.review' } as const;

/** Resolver of callers' questions about themselves: translates, decides nothing. */
@Resolver()
export class AccessResolver {
  readonly #reviews: AccessReviewsService;

  constructor(reviews: AccessReviewsService) {
    this.#reviews = reviews;
  }

  @Query(() => Viewer, { nullable: true })
  viewer(@Context() context: GraphqlContext) {
    return asPart(context, part, (ctx) => this.#reviews.whoami(ctx));
  }

  @Query(() => [AccessAnswer], {
    nullable: true,
    description: 'At most 100; answers in the order of the requests.',
  })
  async can(
    @Context() context: GraphqlContext,
    @Args('requests', { type: () => [AccessRequest] }) requests: AccessRequest[],
  ) {
    const decisions = await asPart(context, part, async (ctx) =>
      this.#reviews.review(ctx, parseBody(accessQuestionsSchema, requests)),
    );
    return decisions.map(({ allowed, reason }) => ({
      allowed,
      reason: reason === '' ? null : reason,
    }));
  }
}
