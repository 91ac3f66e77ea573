import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { InputOf } from '../../core/operation.js';
import type { Answer } from '../../platform/http/answer.js';
import { asksForEvents } from '../../platform/http/event-requests.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { readPreconditions } from '../domain/read-preconditions.js';
import * as writes from '../secret-writes.operations.js';
import * as operations from '../secret.operations.js';
import { SecretsService } from '../secrets.service.js';
import { EventStreams, changeRequest } from './event-stream.js';
import { freshness, restoreOptions, writeOptions } from './preconditions.js';
import {
  presentCreated,
  presentDelete,
  presentList,
  presentMetadataList,
  presentRead,
  presentWrite,
  metadataJson,
  renderVersion,
  wholeSecret,
} from './secret.presenter.js';
import { WaitForChange } from './wait-for-change.service.js';

type In<K extends keyof typeof operations> = InputOf<(typeof operations)[K]>;
type WriteIn<K extends keyof typeof writes> = InputOf<(typeof writes)[K]>;

/** Controller of whole Secrets over REST: translates, decides nothing. */
@Controller()
export class SecretsController {
  readonly #secrets: SecretsService;
  readonly #waits: WaitForChange;
  readonly #events: EventStreams;

  constructor(secrets: SecretsService, waits: WaitForChange, events: EventStreams) {
    this.#secrets = secrets;
    this.#waits = waits;
    this.#events = events;
  }

  @Handles(operations.listSecrets)
  async list(
    @Context() ctx: CallContext,
    @Input() input: In<'listSecrets'>,
    @Req() http: FastifyRequest,
  ): Promise<Answer> {
    if (asksForEvents(http)) return this.#events.answer(ctx, http, changeRequest(input, http));
    const { lists, past } = this.#secrets;
    const { params, query } = input;
    const request = listRequest(query);
    return query.deleted === 'true'
      ? presentMetadataList(await past.deleted(ctx, params.namespace, request))
      : presentList(await lists.inNamespace(ctx, params.namespace, request, metadataJson));
  }

  @Handles(operations.listAllSecrets)
  async listAll(
    @Context() ctx: CallContext,
    @Input() { query }: In<'listAllSecrets'>,
  ): Promise<Answer> {
    const request = { ...listRequest(query), namespaces: query.namespace };
    return presentList(await this.#secrets.lists.union(ctx, request, metadataJson));
  }

  @Handles(writes.createSecret)
  async create(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: WriteIn<'createSecret'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return presentCreated(
      await this.#secrets.create(ctx, params.namespace, body, writeOptions(request, query.dryRun)),
    );
  }

  @Handles(operations.getSecret)
  async get(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'getSecret'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer> {
    const { reads, past } = this.#secrets;
    const { version } = query;
    const conditions = readPreconditions(request.headers);
    if (version !== undefined) {
      const asked = { ...conditions, version };
      return presentRead(await past.reveal(ctx, params, asked, renderVersion(query)));
    }
    const options = { ...conditions, ...freshness(query) };
    return presentRead(
      await this.#waits.during(request, reply, query, (wait) =>
        reads.reveal(ctx, params, { ...options, wait }, wholeSecret(query)),
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
        { ...readPreconditions(request.headers), ...freshness(query) },
        metadataJson,
      ),
    );
  }

  @Handles(writes.replaceSecret)
  async replace(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: WriteIn<'replaceSecret'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return presentWrite(
      await this.#secrets.replace(ctx, params, body, writeOptions(request, query.dryRun)),
    );
  }

  @Handles(writes.patchSecret)
  async patch(
    @Context() ctx: CallContext,
    @Input() { params, query, body, mediaType }: WriteIn<'patchSecret'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return presentWrite(
      await this.#secrets.patch(ctx, params, body, {
        ...writeOptions(request, query.dryRun),
        isJsonPatch: mediaType === 'application/json-patch+json',
      }),
    );
  }

  @Handles(writes.deleteSecret)
  async delete(
    @Context() ctx: CallContext,
    @Input() { params, query }: WriteIn<'deleteSecret'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return presentDelete(
      await this.#secrets.delete(ctx, params, writeOptions(request, query.dryRun)),
    );
  }

  @Handles(writes.restoreSecretVersion)
  async restore(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: WriteIn<'restoreSecretVersion'>,
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
    consistency: query.consistency,
  };
}
