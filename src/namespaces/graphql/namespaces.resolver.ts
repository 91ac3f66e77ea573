import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { toConnection } from '../../platform/graphql/connection.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { objectId } from '../../platform/graphql/object-id.js';
import { afterArgument, firstArgument } from '../../platform/graphql/page-arguments.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import { cursorAfterNamespace } from '../domain/namespace-cursor.js';
import { NamespacesService } from '../namespaces.service.js';
import { NamespaceConnection } from './namespace.objects.js';

@Resolver()
export class NamespacesResolver {
  readonly #namespaces: NamespacesService;

  constructor(namespaces: NamespacesService) {
    this.#namespaces = namespaces;
  }

  @Query(() => NamespaceConnection, {
    nullable: true,
    description: 'Namespaces that the caller can use, by name; others are left out.',
  })
  async namespaces(
    @Context() context: GraphqlContext,
    @Args('first', firstArgument(100)) first: number,
    @Args('after', afterArgument) after: string | null,
  ) {
    const request = { limit: pageSize(first), cursor: after ?? undefined };
    const page = await asPart(context, { action: 'namespaces.list' }, (ctx) =>
      this.#namespaces.list(ctx, request),
    );
    return toConnection(page, ({ name, ...rest }) => ({
      cursor: cursorAfterNamespace(name),
      node: { id: objectId('Namespace', name), name, ...rest },
    }));
  }
}
