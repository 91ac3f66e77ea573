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
import * as operations from '../local-schemas.operations.js';
import { SchemasService } from '../schemas.service.js';
import { schemaAnswer, schemaPage, writtenSchema } from './schemas.presenter.js';

type In<K extends keyof typeof operations> = InputOf<(typeof operations)[K]>;

/** Controller of the schemas of a namespace over REST: translates, decides nothing. */
@Controller()
export class LocalSchemasController {
  readonly #schemas: SchemasService;

  constructor(schemas: SchemasService) {
    this.#schemas = schemas;
  }

  @Handles(operations.listLocalSchemas)
  async list(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'listLocalSchemas'>,
  ): Promise<Answer> {
    const { limit = limits.listItemsMax, continue: cursor } = query;
    return schemaPage(await this.#schemas.list(ctx, params.namespace, { limit, cursor }));
  }

  @Handles(operations.getLocalSchema)
  async get(
    @Context() ctx: CallContext,
    @Input() { params }: In<'getLocalSchema'>,
  ): Promise<Answer> {
    return schemaAnswer(await this.#schemas.get(ctx, params));
  }

  @Handles(operations.putLocalSchema)
  async put(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'putLocalSchema'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = specWriteOptions(request, query.dryRun);
    const written = await this.#schemas.put(ctx, params, schemaSpecOf(body), options);
    return writtenSchema(written, options);
  }

  @Handles(operations.deleteLocalSchema)
  async delete(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'deleteLocalSchema'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    await this.#schemas.delete(ctx, params, specWriteOptions(request, query.dryRun));
    return { status: successStatus.noContent };
  }

  @Handles(operations.validateByLocalSchema)
  async validate(
    @Context() ctx: CallContext,
    @Input() { params, body }: In<'validateByLocalSchema'>,
  ): Promise<Answer> {
    return json(200, await this.#schemas.validate(ctx, params, body));
  }
}
