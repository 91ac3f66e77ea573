import { Args, Context, Int, Query, Resolver } from '@nestjs/graphql';
import type { AuditPage } from '../domain/audit-query.js';
import { parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../graphql/graphql-context.js';
import { pageInfoOf } from '../../graphql/page.objects.js';
import { pageSize } from '../../graphql/page-size.js';
import { AuditQueriesService } from '../audit-queries.service.js';
import { auditCountsQuery, auditFilterSchema } from '../audit.operations.js';
import { encodeCursor } from '../domain/audit-query.js';
import { toAuditFilter } from '../audit-filter-input.js';
import { AuditCount, AuditEventConnection, AuditEventFilter } from './audit.objects.js';

const part = { action: 'audit.read' } as const;

@Resolver()
export class AuditResolver {
  readonly #queries: AuditQueriesService;

  constructor(queries: AuditQueriesService) {
    this.#queries = queries;
  }

  @Query(() => AuditEventConnection, { nullable: true })
  async auditEvents(
    @Context() context: GraphqlContext,
    @Args('filter', { type: () => AuditEventFilter, nullable: true })
    filter: AuditEventFilter | null,
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ) {
    const page = await asPart(context, part, async (ctx) => {
      const request = { limit: pageSize(first), ...(after === null ? {} : { cursor: after }) };
      const given = parseParameters(auditFilterSchema, parametersOf(filter), '/query');
      return this.#queries.list(ctx, toAuditFilter(given), request);
    });
    return presentEvents(page);
  }

  @Query(() => [AuditCount], {
    nullable: true,
    description:
      'by: action, user, credential, namespace, secret, key, group, outcome, code, plane, source, ' +
      'sourceIp, mark, hour, day. Highest first; hours and days in order.',
  })
  async auditCounts(
    @Context() context: GraphqlContext,
    @Args('filter', { type: () => AuditEventFilter, nullable: true })
    filter: AuditEventFilter | null,
    @Args('by', { type: () => String }) by: string,
    @Args('first', { type: () => Int, defaultValue: 100 }) first: number,
  ) {
    const counts = await asPart(context, part, async (ctx) => {
      const limit = pageSize(first);
      const given = parseParameters(auditCountsQuery, { ...parametersOf(filter), by }, '/query');
      const { by: dimension, limit: _limit, ...rest } = given;
      return this.#queries.counts(ctx, toAuditFilter(rest), { by: dimension, limit });
    });
    return counts.items;
  }
}

/** A page of events as a connection. */
function presentEvents(page: AuditPage) {
  const edges = page.items.map((node) => ({ cursor: encodeCursor(Number(node.id)), node }));
  return {
    edges,
    nodes: page.items,
    pageInfo: pageInfoOf(page.continue, edges.at(-1)?.cursor),
  };
}

/** As REST's parameters, under which `credentialId` is `credential`. */
function parametersOf(filter: AuditEventFilter | null): Record<string, unknown> {
  const { credentialId, code, ...rest } = filter ?? {};
  const given = Object.entries({ ...rest, credential: credentialId, code: code?.toString() });
  return Object.fromEntries(given.filter(([, value]) => value !== null && value !== undefined));
}
