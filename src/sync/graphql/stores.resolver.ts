import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { parseParameters } from '../../core/parse-with.js';
import { asPart, type GraphqlContext } from '../../platform/graphql/graphql-context.js';
import { afterArgument, firstArgument } from '../../platform/graphql/page-arguments.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import { getStore } from '../stores.operations.js';
import { SyncsService } from '../syncs.service.js';
import { presentStore, presentStores } from './store.graphql-presenter.js';
import { ExternalStore, ExternalStoreConnection } from './store.objects.js';

/** Reads of stores over GraphQL: translates, decides nothing. */
@Resolver(() => ExternalStore)
export class StoresResolver {
  readonly #stores: SyncsService['stores'];

  constructor({ stores }: SyncsService) {
    this.#stores = stores;
  }

  @Query(() => ExternalStore, {
    nullable: true,
    description: 'A store. Right: `get externalstores`, cluster-wide.',
  })
  async store(
    @Context() context: GraphqlContext,
    @Args('name', { type: () => String, description: 'Name of the store.' }) name: string,
  ) {
    return asPart(context, { action: 'stores.get' }, async (ctx) => {
      parseParameters(getStore.params, { name }, '/path');
      return presentStore(await this.#stores.get(ctx, name));
    });
  }

  @Query(() => ExternalStoreConnection, {
    nullable: true,
    description: 'Stores, by name. Right: `list externalstores`, cluster-wide.',
  })
  async stores(
    @Context() context: GraphqlContext,
    @Args('first', firstArgument(50)) first: number,
    @Args('after', afterArgument) after: string | null,
  ) {
    const page = { limit: pageSize(first), cursor: after ?? undefined };
    return asPart(context, { action: 'stores.get' }, async (ctx) =>
      presentStores(await this.#stores.list(ctx, page)),
    );
  }
}
