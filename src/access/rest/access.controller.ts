import { Controller } from '@nestjs/common';
import type { CallContext } from '../../core/call-context.js';
import type { InputOf } from '../../core/operation.js';
import { type Answer, json } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { AccessReviewsService } from '../access-reviews.service.js';
import { reviewAccess, whoami } from '../access.operations.js';

@Controller()
export class AccessController {
  readonly #reviews: AccessReviewsService;

  constructor(reviews: AccessReviewsService) {
    this.#reviews = reviews;
  }

  @Handles(whoami)
  async whoami(@Context() ctx: CallContext): Promise<Answer> {
    return json(200, await this.#reviews.whoami(ctx));
  }

  @Handles(reviewAccess)
  async review(
    @Context() ctx: CallContext,
    @Input() { body }: InputOf<typeof reviewAccess>,
  ): Promise<Answer> {
    const decisions = await this.#reviews.review(ctx, body.items);
    const items = body.items.map((question, index) => ({
      ...question,
      ...shown(decisions[index]),
    }));
    return json(200, { items });
  }
}

function shown(decision: { readonly allowed: boolean; readonly reason: string } | undefined) {
  const { allowed = false, reason = '' } = decision ?? {};
  return reason === '' ? { allowed } : { allowed, reason };
}
