import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { InputOf } from '../../core/operation.js';
import { successStatus } from '../../core/success-status.js';
import { specWriteOptions } from '../../custom-resources/domain/write-conditions.js';
import type { Answer } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { syncSpecOf } from '../domain/sync-spec.js';
import * as operations from '../syncs.operations.js';
import { SyncsService } from '../syncs.service.js';
import { presentPage, presentRun, presentView, presentWritten } from './sync.presenter.js';

type In<K extends keyof typeof operations> = InputOf<(typeof operations)[K]>;

/** Controller of syncs over REST: translates, decides nothing. */
@Controller()
export class SyncsController {
  readonly #syncs: SyncsService['syncs'];

  constructor({ syncs }: SyncsService) {
    this.#syncs = syncs;
  }

  @Handles(operations.listSyncs)
  async list(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'listSyncs'>,
  ): Promise<Answer> {
    const { limit = limits.listItemsMax, continue: cursor } = query;
    return presentPage(await this.#syncs.list(ctx, params.namespace, { limit, cursor }));
  }

  @Handles(operations.getSync)
  async get(@Context() ctx: CallContext, @Input() { params }: In<'getSync'>): Promise<Answer> {
    return presentView(await this.#syncs.get(ctx, params));
  }

  @Handles(operations.putSync)
  async put(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'putSync'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = specWriteOptions(request, query.dryRun);
    const written = await this.#syncs.put(ctx, params, syncSpecOf(body), options);
    return presentWritten(written, options.dryRun);
  }

  @Handles(operations.deleteSync)
  async delete(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'deleteSync'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    await this.#syncs.delete(ctx, params, specWriteOptions(request, query.dryRun));
    return { status: successStatus.noContent };
  }

  @Handles(operations.runSync)
  async run(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'runSync'>,
  ): Promise<Answer> {
    return presentRun(await this.#syncs.run(ctx, params, { dryRun: query.dryRun === 'All' }));
  }

  @Handles(operations.resolveSync)
  async resolve(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'resolveSync'>,
  ): Promise<Answer> {
    const options = { dryRun: query.dryRun === 'All' };
    return presentRun(await this.#syncs.resolve(ctx, params, body, options));
  }
}
