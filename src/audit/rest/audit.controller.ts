import { Controller } from '@nestjs/common';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { InputOf } from '../../core/operation.js';
import { type Answer, json, jsonPage } from '../../platform/http/answer.js';
import { Context, Handles, Input } from '../../platform/http/operation.decorator.js';
import { AuditQueriesService } from '../audit-queries.service.js';
import { countAuditEvents, getAuditEvent, listAuditEvents } from '../audit.operations.js';
import { toAuditFilter } from '../audit-filter-input.js';

@Controller()
export class AuditController {
  readonly #queries: AuditQueriesService;

  constructor(queries: AuditQueriesService) {
    this.#queries = queries;
  }

  @Handles(listAuditEvents)
  async list(
    @Context() ctx: CallContext,
    @Input() { query }: InputOf<typeof listAuditEvents>,
  ): Promise<Answer> {
    const { limit = limits.listItemsMax, continue: cursor, ...filter } = query;
    const page = { limit, ...(cursor === undefined ? {} : { cursor }) };
    return jsonPage(await this.#queries.list(ctx, toAuditFilter(filter), page));
  }

  @Handles(countAuditEvents)
  async counts(
    @Context() ctx: CallContext,
    @Input() { query }: InputOf<typeof countAuditEvents>,
  ): Promise<Answer> {
    const { by, limit = limits.listItemsMax, ...filter } = query;
    return json(200, await this.#queries.counts(ctx, toAuditFilter(filter), { by, limit }));
  }

  @Handles(getAuditEvent)
  async get(
    @Context() ctx: CallContext,
    @Input() { params }: InputOf<typeof getAuditEvent>,
  ): Promise<Answer> {
    return json(200, await this.#queries.get(ctx, params.id));
  }
}
