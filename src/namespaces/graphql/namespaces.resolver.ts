import { Args, Context, Int, Query, Resolver } from '@nestjs/graphql';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { pageInfoOf } from '../../platform/graphql/page.objects.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import { NamespacesService } from '../namespaces.service.js';
import { NamespaceConnection } from './namespace.objects.js';

@Resolver()
export class NamespacesResolver {
  readonly #namespaces: NamespacesService;

  constructor(namespaces: NamespacesService) {
    this.#namespaces = namespaces;
  }

  @Query(() => NamespaceConnection, { nullable: true })
  async namespaces(
    @Context() context: GraphqlContext,
    @Args('first', { type: () => Int, defaultValue: 100 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ) {
    const request = { limit: pageSize(first), cursor: after ?? undefined };
    const page = await asPart(context, { action: 'namespaces.list' }, (ctx) =>
      this.#namespaces.list(ctx, request),
    );
    return { nodes: page.items, pageInfo: pageInfoOf(page.continue, undefined) };
  }
}
