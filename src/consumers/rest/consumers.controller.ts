import { Controller } from '@nestjs/common';
import type { CallContext } from '../../core/call-context.js';
import type { InputOf } from '../../core/operation.js';
import { type Answer, json } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { listSecretConsumers } from '../consumers.operations.js';
import { ConsumersService } from '../consumers.service.js';

/** Controller of consumers over REST: translates, decides nothing. */
@Controller()
export class ConsumersController {
  readonly #consumers: ConsumersService;

  constructor(consumers: ConsumersService) {
    this.#consumers = consumers;
  }

  @Handles(listSecretConsumers)
  async list(
    @Context() ctx: CallContext,
    @Input() { params }: InputOf<typeof listSecretConsumers>,
  ): Promise<Answer> {
    return json(200, await this.#consumers.list(ctx, params));
  }
}
