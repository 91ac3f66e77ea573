import { Args, Context, Int, Query, Resolver } from '@nestjs/graphql';
import { parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import { AuditQueriesService } from '../audit-queries.service.js';
import { auditCountsQuery } from '../audit.operations.js';
import { toAuditFilter } from '../audit-filter-input.js';
import { AuditCount, AuditEventConnection, AuditEventFilter } from './audit.objects.js';
import { listEvents, parametersOf } from './list-events.js';

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
    return listEvents(this.#queries, context, part, { filter, first, after });
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
