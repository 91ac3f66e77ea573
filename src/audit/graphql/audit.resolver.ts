import { Args, Context, Int, Query, Resolver } from '@nestjs/graphql';
import { parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../graphql/graphql-context.js';
import { pageInfoOf } from '../../graphql/page.objects.js';
import { pageSize } from '../../graphql/page-size.js';
import { AuditQueriesService } from '../audit-queries.service.js';
import { auditFilterSchema } from '../audit.operations.js';
import { encodeCursor } from '../domain/audit-query.js';
import { toAuditFilter } from '../audit-filter-input.js';
import { AuditEventConnection, AuditEventFilter } from './audit.objects.js';

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
    const page = await asPart(context, { action: 'audit.read' }, async (ctx) => {
      const request = { limit: pageSize(first), ...(after === null ? {} : { cursor: after }) };
      return this.#queries.list(ctx, toAuditFilter(checkedFilter(filter ?? {})), request);
    });
    const edges = page.items.map((node) => ({ cursor: encodeCursor(Number(node.id)), node }));
    return {
      edges,
      nodes: page.items,
      pageInfo: pageInfoOf(page.continue, edges.at(-1)?.cursor),
    };
  }
}

/** The same rules as REST's parameters, under which `credentialId` is `credential`. */
function checkedFilter({ credentialId, code, ...rest }: AuditEventFilter) {
  const given = Object.entries({ ...rest, credential: credentialId, code: code?.toString() });
  return parseParameters(
    auditFilterSchema,
    Object.fromEntries(given.filter(([, value]) => value !== null && value !== undefined)),
    '/query',
  );
}
