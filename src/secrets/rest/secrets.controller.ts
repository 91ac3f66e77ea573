import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { InputOf } from '../../core/operation.js';
import type { Answer } from '../../http/answer.js';
import { Context, Handles, Input } from '../../http/operation.decorator.js';
import * as operations from '../secret.operations.js';
import { SecretsService } from '../secrets.service.js';
import { readConditions, restoreOptions, writeOptions } from './preconditions.js';
import {
  presentDelete,
  presentList,
  presentRead,
  presentWrite,
  renderMetadata,
  renderSecret,
  renderVersion,
} from './secret.presenter.js';

type In<K extends keyof typeof operations> = InputOf<(typeof operations)[K]>;

/** Whole Secrets over REST: translates, decides nothing. */
@Controller()
export class SecretsController {
  readonly #secrets: SecretsService;

  constructor(secrets: SecretsService) {
    this.#secrets = secrets;
  }

  @Handles(operations.listSecrets)
  async list(@Context() ctx: CallContext, @Input() input: In<'listSecrets'>): Promise<Answer> {
    const { lists, past } = this.#secrets;
    const { params, query } = input;
    const request = listRequest(query);
    return presentList(
      query.deleted === 'true'
        ? await past.deleted(ctx, params.namespace, request)
        : await lists.inNamespace(ctx, params.namespace, request),
    );
  }

  @Handles(operations.listAllSecrets)
  async listAll(
    @Context() ctx: CallContext,
    @Input() { query }: In<'listAllSecrets'>,
  ): Promise<Answer> {
    return presentList(
      await this.#secrets.lists.union(ctx, { ...listRequest(query), namespaces: query.namespace }),
    );
  }

  @Handles(operations.createSecret)
  async create(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'createSecret'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return presentWrite(
      await this.#secrets.create(ctx, params.namespace, body, writeOptions(request, query.dryRun)),
    );
  }

  @Handles(operations.getSecret)
  async get(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'getSecret'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const conditions = readConditions(request);
    const { version } = query;
    return presentRead(
      version === undefined
        ? await this.#secrets.reads.reveal(
            ctx,
            params,
            { ...conditions, notOlderThan: query.resourceVersion },
            renderSecret(query),
          )
        : await this.#secrets.past.reveal(
            ctx,
            params,
            { ...conditions, version },
            renderVersion(query),
          ),
    );
  }

  @Handles(operations.getSecretMetadata)
  async metadata(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'getSecretMetadata'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return presentRead(
      await this.#secrets.reads.metadata(
        ctx,
        params,
        { ...readConditions(request), notOlderThan: query.resourceVersion },
        renderMetadata,
      ),
    );
  }

  @Handles(operations.replaceSecret)
  async replace(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'replaceSecret'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return presentWrite(
      await this.#secrets.replace(ctx, params, body, writeOptions(request, query.dryRun)),
    );
  }

  @Handles(operations.patchSecret)
  async patch(
    @Context() ctx: CallContext,
    @Input() { params, query, body, mediaType }: In<'patchSecret'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return presentWrite(
      await this.#secrets.patch(ctx, params, body, {
        ...writeOptions(request, query.dryRun),
        isJsonPatch: mediaType === 'application/json-patch+json',
      }),
    );
  }

  @Handles(operations.deleteSecret)
  async delete(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'deleteSecret'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return presentDelete(
      await this.#secrets.delete(ctx, params, writeOptions(request, query.dryRun)),
    );
  }

  @Handles(operations.restoreSecretVersion)
  async restore(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'restoreSecretVersion'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return presentWrite(
      await this.#secrets.restore(ctx, params, params.version, {
        ...restoreOptions(request, query.dryRun),
        allowRetired: body.allowRetired ?? false,
      }),
    );
  }
}

function listRequest(query: In<'listAllSecrets'>['query']) {
  return {
    limit: query.limit ?? limits.listItemsMax,
    cursor: query.continue,
    labelSelector: query.labelSelector,
    fieldSelector: query.fieldSelector,
  };
}
