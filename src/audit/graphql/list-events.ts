import { parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, type Part, asPart } from '../../platform/graphql/graphql-context.js';
import { toConnection } from '../../platform/graphql/connection.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import { withoutNulls } from '../../platform/graphql/write-input.js';
import { toAuditFilter } from '../audit-filter-input.js';
import type { AuditQueriesService } from '../audit-queries.service.js';
import { auditFilterSchema } from '../audit.operations.js';
import { cursorAfter } from '../domain/audit-query.js';
import { AuditEventFilter } from './audit.objects.js';

/** Argument `filter` of every field that lists or counts events. */
export const filterArgument = {
  type: () => AuditEventFilter,
  nullable: true,
  description: 'Facts that all events must have; all events if null.',
} as const;

/** Arguments of every field that lists events. */
export interface EventListArguments {
  readonly filter: AuditEventFilter | null;
  readonly first: number;
  readonly after: string | null;
}

/** Returns a page of events as a connection, audited as one part. Throws as REST's list. */
export async function listEvents(
  queries: AuditQueriesService,
  context: GraphqlContext,
  part: Part,
  { filter, first, after }: EventListArguments,
) {
  const page = await asPart(context, part, async (ctx) => {
    const request = { limit: pageSize(first), ...(after === null ? {} : { cursor: after }) };
    const given = parseParameters(auditFilterSchema, parametersOf(filter), '/query');
    return queries.list(ctx, toAuditFilter(given), request);
  });
  return toConnection(page, (node) => ({ cursor: cursorAfter(Number(node.id)), node }));
}

/** Converts to REST's parameters, in which `credentialId` is `credential`. */
export function parametersOf(filter: AuditEventFilter | null): Record<string, unknown> {
  const { credentialId, code, ...rest } = filter ?? {};
  return withoutNulls({ ...rest, credential: credentialId, code: code?.toString() });
}
