import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import type { InputOf } from '../../core/operation.js';
import type { Answer } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { applySealedSecret } from '../sealed-secrets.operations.js';
import { SecretsService } from '../secrets.service.js';
import { restoreOptions } from './preconditions.js';
import { presentWrite } from './secret.presenter.js';

/** Controller of SealedSecrets over REST: translates, decides nothing. */
@Controller()
export class SealedSecretsController {
  readonly #secrets: SecretsService;

  constructor(secrets: SecretsService) {
    this.#secrets = secrets;
  }

  @Handles(applySealedSecret)
  async apply(
    @Context() ctx: CallContext,
    @Input() { params, query, body, mediaType }: InputOf<typeof applySealedSecret>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return presentWrite(
      await this.#secrets.applySealed(
        ctx,
        params.namespace,
        { bytes: body, syntax: mediaType === 'application/json' ? 'json' : 'yaml' },
        restoreOptions(request, query.dryRun),
      ),
    );
  }
}
