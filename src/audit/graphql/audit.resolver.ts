import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { afterArgument, firstArgument } from '../../platform/graphql/page-arguments.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import { AuditQueriesService } from '../audit-queries.service.js';
import { auditCountsQuery } from '../audit.operations.js';
import { toAuditFilter } from '../audit-filter-input.js';
import { AuditDimension } from './audit.enums.js';
import { AuditCounts, AuditEventConnection, AuditEventFilter } from './audit.objects.js';
import { filterArgument, listEvents, parametersOf } from './list-events.js';

const part = { action: 'audit.read' } as const;

@Resolver()
export class AuditResolver {
  readonly #queries: AuditQueriesService;

  constructor(queries: AuditQueriesService) {
    this.#queries = queries;
  }

  @Query(() => AuditEventConnection, {
    nullable: true,
    description: 'Events of the audit trail, newest first. Right: `list auditevents`.',
  })
  async auditEvents(
    @Context() context: GraphqlContext,
    @Args('filter', filterArgument) filter: AuditEventFilter | null,
    @Args('first', firstArgument(50)) first: number,
    @Args('after', afterArgument) after: string | null,
  ) {
    return listEvents(this.#queries, context, part, { filter, first, after });
  }

  @Query(() => AuditCounts, {
    nullable: true,
    description: 'Numbers of events by one of their facts. Right: `list auditevents`.',
  })
  async auditCounts(
    @Context() context: GraphqlContext,
    @Args('filter', filterArgument) filter: AuditEventFilter | null,
    @Args('by', { type: () => AuditDimension, description: 'The fact.' }) by: AuditDimension,
    @Args('first', firstArgument(100)) first: number,
  ) {
    return asPart(context, part, async (ctx) => {
      const limit = pageSize(first);
      const given = parseParameters(auditCountsQuery, { ...parametersOf(filter), by }, '/query');
      const { by: dimension, limit: _limit, ...rest } = given;
      return this.#queries.counts(ctx, toAuditFilter(rest), { by: dimension, limit });
    });
  }
}
