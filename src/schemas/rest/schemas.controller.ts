import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { InputOf } from '../../core/operation.js';
import { successStatus } from '../../core/success-status.js';
import { specWriteOptions } from '../../custom-resources/domain/write-conditions.js';
import { type Answer, json, jsonPage } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { schemaSpecOf } from '../domain/schema-spec.js';
import type { SchemaView } from '../domain/schema-view.js';
import * as operations from '../schemas.operations.js';
import { SchemasService } from '../schemas.service.js';

type In<K extends keyof typeof operations> = InputOf<(typeof operations)[K]>;

/** Controller of schemas over REST: translates, decides nothing. */
@Controller()
export class SchemasController {
  readonly #schemas: SchemasService;

  constructor(schemas: SchemasService) {
    this.#schemas = schemas;
  }

  @Handles(operations.listSchemas)
  async list(@Context() ctx: CallContext, @Input() { query }: In<'listSchemas'>): Promise<Answer> {
    const { limit = limits.listItemsMax, continue: cursor } = query;
    const { items, ...rest } = await this.#schemas.list(ctx, { limit, cursor });
    return jsonPage({ items: items.map(bodyOf), ...rest });
  }

  @Handles(operations.getSchema)
  async get(@Context() ctx: CallContext, @Input() { params }: In<'getSchema'>): Promise<Answer> {
    const view = await this.#schemas.get(ctx, params.name);
    return json(200, bodyOf(view), { etag: view.etag });
  }

  @Handles(operations.putSchema)
  async put(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'putSchema'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = specWriteOptions(request, query.dryRun);
    const { view, created } = await this.#schemas.put(
      ctx,
      params.name,
      schemaSpecOf(body),
      options,
    );
    const status = created ? successStatus.created : successStatus.ok;
    // A dry run has no state for a tag.
    return json(status, bodyOf(view), options.dryRun ? {} : { etag: view.etag });
  }

  @Handles(operations.deleteSchema)
  async delete(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'deleteSchema'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    await this.#schemas.delete(ctx, params.name, specWriteOptions(request, query.dryRun));
    return { status: successStatus.noContent };
  }

  @Handles(operations.validateBySchema)
  async validate(
    @Context() ctx: CallContext,
    @Input() { params, body }: In<'validateBySchema'>,
  ): Promise<Answer> {
    return json(200, await this.#schemas.validate(ctx, params.name, body));
  }
}

function bodyOf({ name, spec, readOnly }: SchemaView): object {
  return { name, ...spec, ...readOnly };
}
