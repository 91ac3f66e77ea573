import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { InputOf } from '../../core/operation.js';
import { successStatus } from '../../core/success-status.js';
import { type Answer, json, jsonPage } from '../../platform/http/answer.js';
import { warningHeader } from '../../platform/http/domain/warning-header.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { createToken, listTokens, revokeToken } from '../token.operations.js';
import { TokensService, type TokenWriteOptions } from '../tokens.service.js';

@Controller()
export class TokensController {
  readonly #tokens: TokensService;

  constructor(tokens: TokensService) {
    this.#tokens = tokens;
  }

  @Handles(createToken)
  async create(
    @Context() ctx: CallContext,
    @Input() { query, body }: InputOf<typeof createToken>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = writeOptions(request, query.dryRun);
    const { view, token, warnings } = await this.#tokens.create(ctx, body, options);
    const shown = { ...view, token: token?.revealText() ?? null, warnings };
    const location = options.dryRun ? {} : { location: `/v1/tokens/${view.id}` };
    return json(successStatus.created, shown, { ...warningHeader(warnings), ...location });
  }

  @Handles(listTokens)
  async list(
    @Context() ctx: CallContext,
    @Input() { query }: InputOf<typeof listTokens>,
  ): Promise<Answer> {
    const page = { limit: query.limit ?? limits.listItemsMax, cursor: query.continue };
    return jsonPage(await this.#tokens.list(ctx, page));
  }

  @Handles(revokeToken)
  async revoke(
    @Context() ctx: CallContext,
    @Input() { params, query }: InputOf<typeof revokeToken>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = writeOptions(request, query.dryRun);
    return json(200, await this.#tokens.revoke(ctx, params.id, options));
  }
}

function writeOptions(request: FastifyRequest, dryRun: 'All' | undefined): TokenWriteOptions {
  const idempotencyKey = request.headers['idempotency-key'];
  return {
    dryRun: dryRun === 'All',
    idempotencyKey: typeof idempotencyKey === 'string' ? idempotencyKey : undefined,
  };
}
