import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { InputOf } from '../../core/operation.js';
import { successStatus } from '../../core/success-status.js';
import { specWriteOptions } from '../../custom-resources/domain/write-conditions.js';
import { type Answer, json } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { schemaSpecOf } from '../domain/schema-spec.js';
import { clusterSchema } from '../domain/secret-schemas.js';
import * as operations from '../schemas.operations.js';
import { SchemasService } from '../schemas.service.js';
import { schemaAnswer, schemaPage, writtenSchema } from './schemas.presenter.js';

type In<K extends keyof typeof operations> = InputOf<(typeof operations)[K]>;

/** Controller of the schemas of the cluster over REST: translates, decides nothing. */
@Controller()
export class SchemasController {
  readonly #schemas: SchemasService;

  constructor(schemas: SchemasService) {
    this.#schemas = schemas;
  }

  @Handles(operations.listSchemas)
  async list(@Context() ctx: CallContext, @Input() { query }: In<'listSchemas'>): Promise<Answer> {
    const { limit = limits.listItemsMax, continue: cursor } = query;
    return schemaPage(await this.#schemas.list(ctx, '', { limit, cursor }));
  }

  @Handles(operations.getSchema)
  async get(@Context() ctx: CallContext, @Input() { params }: In<'getSchema'>): Promise<Answer> {
    return schemaAnswer(await this.#schemas.get(ctx, clusterSchema(params.name)));
  }

  @Handles(operations.putSchema)
  async put(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'putSchema'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = specWriteOptions(request, query.dryRun);
    const ref = clusterSchema(params.name);
    const written = await this.#schemas.put(ctx, ref, schemaSpecOf(body), options);
    return writtenSchema(written, options);
  }

  @Handles(operations.deleteSchema)
  async delete(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'deleteSchema'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = specWriteOptions(request, query.dryRun);
    await this.#schemas.delete(ctx, clusterSchema(params.name), options);
    return { status: successStatus.noContent };
  }

  @Handles(operations.validateBySchema)
  async validate(
    @Context() ctx: CallContext,
    @Input() { params, body }: In<'validateBySchema'>,
  ): Promise<Answer> {
    return json(200, await this.#schemas.validate(ctx, clusterSchema(params.name), body));
  }
}
