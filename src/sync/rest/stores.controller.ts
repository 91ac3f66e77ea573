import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { InputOf } from '../../core/operation.js';
import { successStatus } from '../../core/success-status.js';
import { specWriteOptions } from '../../custom-resources/domain/write-conditions.js';
import type { Answer } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { storeSpecOf } from '../domain/store-spec.js';
import * as operations from '../stores.operations.js';
import { SyncsService } from '../syncs.service.js';
import { presentPage, presentView, presentWritten } from './sync.presenter.js';

type In<K extends keyof typeof operations> = InputOf<(typeof operations)[K]>;

/** Controller of stores over REST: translates, decides nothing. */
@Controller()
export class StoresController {
  readonly #stores: SyncsService['stores'];

  constructor({ stores }: SyncsService) {
    this.#stores = stores;
  }

  @Handles(operations.listStores)
  async list(@Context() ctx: CallContext, @Input() { query }: In<'listStores'>): Promise<Answer> {
    const { limit = limits.listItemsMax, continue: cursor } = query;
    return presentPage(await this.#stores.list(ctx, { limit, cursor }));
  }

  @Handles(operations.getStore)
  async get(@Context() ctx: CallContext, @Input() { params }: In<'getStore'>): Promise<Answer> {
    return presentView(await this.#stores.get(ctx, params.name));
  }

  @Handles(operations.putStore)
  async put(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'putStore'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = specWriteOptions(request, query.dryRun);
    const written = await this.#stores.put(ctx, params.name, storeSpecOf(body), options);
    return presentWritten(written, options.dryRun);
  }

  @Handles(operations.deleteStore)
  async delete(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'deleteStore'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    await this.#stores.delete(ctx, params.name, specWriteOptions(request, query.dryRun));
    return { status: successStatus.noContent };
  }
}
