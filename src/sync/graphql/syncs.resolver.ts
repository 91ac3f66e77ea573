import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { parseParameters } from '../../core/parse-with.js';
import { asPart, type GraphqlContext } from '../../platform/graphql/graphql-context.js';
import { afterArgument, firstArgument } from '../../platform/graphql/page-arguments.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import { getSync, listSyncs } from '../syncs.operations.js';
import { SyncsService } from '../syncs.service.js';
import { presentSync, presentSyncs } from './sync.graphql-presenter.js';
import { SecretSync, SecretSyncConnection } from './sync.objects.js';

const namespaceArgument = { type: () => String, description: 'Namespace.' } as const;
const nameArgument = { type: () => String, description: 'Name of the sync.' } as const;

/** Reads of syncs over GraphQL: translates, decides nothing. */
@Resolver(() => SecretSync)
export class SyncsResolver {
  readonly #syncs: SyncsService['syncs'];

  constructor({ syncs }: SyncsService) {
    this.#syncs = syncs;
  }

  @Query(() => SecretSync, {
    nullable: true,
    description: 'A sync, and how it stands. Right: `get secretsyncs`.',
  })
  async sync(
    @Context() context: GraphqlContext,
    @Args('namespace', namespaceArgument) namespace: string,
    @Args('name', nameArgument) name: string,
  ) {
    return asPart(context, { action: 'syncs.get', namespace, name }, async (ctx) => {
      const ref = parseParameters(getSync.params, { namespace, name }, '/path');
      return presentSync(namespace, await this.#syncs.get(ctx, ref));
    });
  }

  @Query(() => SecretSyncConnection, {
    nullable: true,
    description: 'Syncs of a namespace, by name. Right: `list secretsyncs`.',
  })
  async syncs(
    @Context() context: GraphqlContext,
    @Args('namespace', namespaceArgument) namespace: string,
    @Args('first', firstArgument(50)) first: number,
    @Args('after', afterArgument) after: string | null,
  ) {
    const page = { limit: pageSize(first), cursor: after ?? undefined };
    return asPart(context, { action: 'syncs.get', namespace }, async (ctx) => {
      parseParameters(listSyncs.params, { namespace }, '/path');
      return presentSyncs(namespace, await this.#syncs.list(ctx, namespace, page));
    });
  }
}
