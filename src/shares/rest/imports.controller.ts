import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { InputOf } from '../../core/operation.js';
import { successStatus } from '../../core/success-status.js';
import { specWriteOptions } from '../../custom-resources/domain/write-conditions.js';
import { type Answer, revealed, revealedBytes } from '../../platform/http/answer.js';
import { asksForEvents, refuseListParameters } from '../../platform/http/event-requests.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { readPreconditions } from '../../secrets/domain/read-preconditions.js';
import { renderValues } from '../../secrets/domain/values/render-values.js';
import { WaitForChange } from '../../secrets/rest/wait-for-change.service.js';
import { importSpecOf } from '../domain/import-spec.js';
import * as operations from '../imports.operations.js';
import { SharesService } from '../shares.service.js';
import { ImportEventStreams } from './import-event-streams.js';
import { presentOffers, presentPage, presentView, presentWritten } from './sharing.presenter.js';

type In<K extends keyof typeof operations> = InputOf<(typeof operations)[K]>;

/** Controller of imports and their values over REST: translates, decides nothing. */
@Controller()
export class ImportsController {
  readonly #imports: SharesService['imports'];
  readonly #offers: SharesService['offers'];
  readonly #reads: SharesService['reads'];
  readonly #waits: WaitForChange;
  readonly #events: ImportEventStreams;

  constructor(
    { imports, offers, reads }: SharesService,
    waits: WaitForChange,
    events: ImportEventStreams,
  ) {
    this.#imports = imports;
    this.#offers = offers;
    this.#reads = reads;
    this.#waits = waits;
    this.#events = events;
  }

  @Handles(operations.listImports)
  async list(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'listImports'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    if (asksForEvents(request)) {
      refuseListParameters(query);
      return this.#events.answer(ctx, request, params.namespace);
    }
    const { limit = limits.listItemsMax, continue: cursor, offered } = query;
    const page = { limit, cursor };
    return offered === 'true'
      ? presentOffers(await this.#offers.list(ctx, params.namespace, page))
      : presentPage(await this.#imports.list(ctx, params.namespace, page));
  }

  @Handles(operations.getImport)
  async get(@Context() ctx: CallContext, @Input() { params }: In<'getImport'>): Promise<Answer> {
    return presentView(await this.#imports.get(ctx, params));
  }

  @Handles(operations.putImport)
  async put(
    @Context() ctx: CallContext,
    @Input() { params, query, body }: In<'putImport'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    const options = specWriteOptions(request, query.dryRun);
    const written = await this.#imports.put(ctx, params, importSpecOf(body), options);
    return presentWritten(written, options.dryRun);
  }

  @Handles(operations.deleteImport)
  async delete(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'deleteImport'>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    await this.#imports.delete(ctx, params, specWriteOptions(request, query.dryRun));
    return { status: successStatus.noContent };
  }

  @Handles(operations.getImportValues)
  async values(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'getImportValues'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer> {
    const { consistency, encoding } = query;
    const options = { ...readPreconditions(request.headers), consistency, encoding };
    return revealed(
      await this.#waits.during(request, reply, query, (wait) =>
        this.#reads.values(ctx, params, { ...options, wait }, renderValues(query)),
      ),
    );
  }

  @Handles(operations.getImportKey)
  async key(
    @Context() ctx: CallContext,
    @Input() { params, query }: In<'getImportKey'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer> {
    const options = { ...readPreconditions(request.headers), consistency: query.consistency };
    return revealedBytes(
      await this.#waits.during(request, reply, query, (wait) =>
        this.#reads.key(ctx, params, params.key, { ...options, wait }),
      ),
    );
  }
}
