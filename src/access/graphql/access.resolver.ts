import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { limits } from '../../core/limits.js';
import { parseBody } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { objectId } from '../../platform/graphql/object-id.js';
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

  @Query(() => Viewer, { nullable: true, description: 'The caller.' })
  async viewer(@Context() context: GraphqlContext) {
    const viewer = await asPart(context, part, (ctx) => this.#reviews.whoami(ctx));
    const id = objectId('Viewer', viewer.username, viewer.credentialId ?? '');
    return { id, ...viewer };
  }

  @Query(() => [AccessAnswer], {
    nullable: true,
    description: 'What the caller may do: an answer to each question, in their order.',
  })
  async can(
    @Context() context: GraphqlContext,
    @Args('requests', {
      type: () => [AccessRequest],
      description: `The questions, at most ${limits.accessReviewItemsMax}.`,
    })
    requests: AccessRequest[],
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
