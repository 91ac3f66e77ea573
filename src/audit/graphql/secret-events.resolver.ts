import { Args, Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { badRequest } from '../../core/errors/sallyport-error.js';
import type { GraphqlContext } from '../../platform/graphql/graphql-context.js';
import { afterArgument, firstArgument } from '../../platform/graphql/page-arguments.js';
import { SecretMetadata } from '../../secrets/graphql/secret.objects.js';
import { AuditQueriesService } from '../audit-queries.service.js';
import { AuditEventConnection, AuditEventFilter } from './audit.objects.js';
import { filterArgument, listEvents } from './list-events.js';
import { NestedLists } from './nested-lists.js';

type SecretName = Pick<SecretMetadata, 'namespace' | 'name'>;

/** The trail of a Secret, wherever the Secret is returned: with the right that the root needs. */
@Resolver(() => SecretMetadata)
export class SecretEventsResolver {
  readonly #queries: AuditQueriesService;

  constructor(queries: AuditQueriesService) {
    this.#queries = queries;
  }

  @ResolveField(() => AuditEventConnection, {
    nullable: true,
    description: 'Events of the Secret, newest first. Right: `list auditevents`.',
  })
  async auditEvents(
    @Parent() parent: SecretName,
    @Context() context: GraphqlContext,
    @Args('filter', filterArgument) filter: AuditEventFilter | null,
    @Args('first', firstArgument(50)) first: number,
    @Args('after', afterArgument) after: string | null,
  ) {
    const { namespace, name } = parent;
    const part = { action: 'audit.read', namespace, name } as const;
    return NestedLists.of(context).run(() =>
      listEvents(this.#queries, context, part, { filter: ofSecret(parent, filter), first, after }),
    );
  }
}

/** Restricts a filter to a Secret. Throws BadRequest for a filter that names another Secret. */
function ofSecret(
  { namespace, name: secret }: SecretName,
  filter: AuditEventFilter | null,
): AuditEventFilter {
  const isOther =
    (filter?.namespace ?? namespace) !== namespace || (filter?.secret ?? secret) !== secret;
  if (isOther) throw badRequest('the filter names another Secret than the one it stands below');
  return Object.assign(new AuditEventFilter(), filter, { namespace, secret });
}
