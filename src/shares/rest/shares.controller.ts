import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { InputOf } from '../../core/operation.js';
import { successStatus } from '../../core/success-status.js';
import { specWriteOptions } from '../../custom-resources/domain/write-conditions.js';
import type { Answer } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { shareSpecOf } from '../domain/share-spec.js';
import * as operations from '../shares.operations.js';
import { SharesService } from '../shares.service.js';
import { presentPage, presentRevoked, presentView, presentWritten } from './sharing.presenter.js';

type In<K extends keyof typeof operations> = InputOf<(typeof operations)[K]>;

/** Controller of shares over REST: translates, decides nothing. */
@Controller()
export class SharesController {
  readonly #shares: SharesService['shares'];

  constructor({ shares }: SharesService) {
    this.#shares = shares;
  }

  @Handles(operations.listShares)
  async list(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'listShares'>,
  ): Promise<Answer> {
    const { limit = limits.listItemsMax, continue: cursor } = query;
    return presentPage(await this.#shares.list(ctx, params.namespace, { limit, cursor }));
  }

  @Handles(operations.getShare)
  async get(@Context() ctx: CallContext, @Input() { params }: In<'getShare'>): Promise<Answer> {
    return presentView(await this.#shares.get(ctx, params));
  }

  @Handles(operations.putShare)
  async put(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'putShare'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = specWriteOptions(request, query.dryRun);
    const written = await this.#shares.put(ctx, params, shareSpecOf(body), options);
    return presentWritten(written, options.dryRun);
  }

  @Handles(operations.deleteShare)
  async delete(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'deleteShare'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    await this.#shares.delete(ctx, params, specWriteOptions(request, query.dryRun));
    return { status: successStatus.noContent };
  }

  @Handles(operations.revokeShare)
  async revoke(
    @Context() ctx: CallContext,
    @Input() { params, body }: In<'revokeShare'>,
  ): Promise<Answer> {
    return presentRevoked(await this.#shares.revoke(ctx, params, body.namespace));
  }
}
