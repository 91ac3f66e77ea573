import { Controller } from '@nestjs/common';
import type { CallContext } from '../../../core/call-context.js';
import type { InputOf } from '../../../core/operation.js';
import { type Answer, json } from '../../../platform/http/answer.js';
import { Context, Handles, Input } from '../../../platform/http/operation.decorator.js';
import { AuditLogService } from '../audit-log.service.js';
import * as operations from '../log.operations.js';
import { exportHeaders, exportWish } from './export-request.js';

type In<K extends keyof typeof operations> = InputOf<(typeof operations)[K]>;

const plainText = { 'content-type': 'text/plain; charset=utf-8' };
const bytes = { 'content-type': 'application/octet-stream' };

/** The transparency log over REST: translates, decides nothing. */
@Controller()
export class LogController {
  readonly #log: AuditLogService;

  constructor(log: AuditLogService) {
    this.#log = log;
  }

  @Handles(operations.getCheckpoint)
  async checkpoint(@Context() ctx: CallContext): Promise<Answer> {
    return { status: 200, headers: plainText, body: await this.#log.checkpoint(ctx) };
  }

  @Handles(operations.getTile)
  async tile(@Context() ctx: CallContext, @Input() { params }: In<'getTile'>): Promise<Answer> {
    return { status: 200, headers: bytes, body: await this.#log.tile(ctx, params.rest) };
  }

  @Handles(operations.getLogKeys)
  async keys(@Context() ctx: CallContext): Promise<Answer> {
    return { status: 200, headers: plainText, body: await this.#log.keys(ctx) };
  }

  @Handles(operations.getEventProof)
  async proof(
    @Context() ctx: CallContext,
    @Input() { params }: In<'getEventProof'>,
  ): Promise<Answer> {
    return json(200, await this.#log.proofOfEvent(ctx, params.id));
  }

  @Handles(operations.getConsistencyProof)
  async consistency(
    @Context() ctx: CallContext,
    @Input() { query: { from, to } }: In<'getConsistencyProof'>,
  ): Promise<Answer> {
    const sizes = { from, ...(to !== undefined && { to }) };
    return json(200, await this.#log.consistency(ctx, sizes));
  }

  @Handles(operations.exportAuditLog)
  async export(
    @Context() ctx: CallContext,
    @Input() { query }: In<'exportAuditLog'>,
  ): Promise<Answer> {
    const wish = exportWish(query, Date.now());
    const stream = await this.#log.export(ctx, wish);
    return { status: 200, headers: exportHeaders(wish.format), stream };
  }
}
