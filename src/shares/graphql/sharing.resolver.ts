import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { afterArgument, firstArgument } from '../../platform/graphql/page-arguments.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import { valueTexts } from '../../secrets/domain/values/value-texts.js';
import { SecretValueObject } from '../../secrets/graphql/secret.objects.js';
import { getImport, listImports } from '../imports.operations.js';
import { getShare, listShares } from '../shares.operations.js';
import { SharesService } from '../shares.service.js';
import { SecretImport, SecretImportConnection } from './import.objects.js';
import { OfferedShareConnection } from './offered-share.objects.js';
import { countImport } from './nested-imports.js';
import { SecretShare, SecretShareConnection } from './share.objects.js';
import {
  presentImport,
  presentImports,
  presentOffers,
  presentShare,
  presentShares,
} from './sharing.graphql-presenter.js';

const namespaceArgument = { type: () => String, description: 'Namespace.' } as const;
const shareArgument = { type: () => String, description: 'Name of the share.' } as const;
const importArgument = { type: () => String, description: 'Name of the import.' } as const;

/** Reads of shares and imports over GraphQL: translates, decides nothing. */
@Resolver(() => SecretImport)
export class SharingResolver {
  readonly #sharing: SharesService;

  constructor(sharing: SharesService) {
    this.#sharing = sharing;
  }

  @Query(() => SecretShare, {
    nullable: true,
    description: 'A share, and who uses it. Right: `get secretshares`.',
  })
  async share(
    @Context() context: GraphqlContext,
    @Args('namespace', namespaceArgument) namespace: string,
    @Args('name', shareArgument) name: string,
  ) {
    const part = { action: 'shares.get', namespace, name } as const;
    return asPart(context, part, async (ctx) => {
      const ref = parseParameters(getShare.params, { namespace, name }, '/path');
      return presentShare(namespace, await this.#sharing.shares.get(ctx, ref));
    });
  }

  @Query(() => SecretShareConnection, {
    nullable: true,
    description: 'Shares of a namespace, by name. Right: `list secretshares`.',
  })
  async shares(
    @Context() context: GraphqlContext,
    @Args('namespace', namespaceArgument) namespace: string,
    @Args('first', firstArgument(50)) first: number,
    @Args('after', afterArgument) after: string | null,
  ) {
    const page = { limit: pageSize(first), cursor: after ?? undefined };
    return asPart(context, { action: 'shares.get', namespace }, async (ctx) => {
      parseParameters(listShares.params, { namespace }, '/path');
      return presentShares(namespace, await this.#sharing.shares.list(ctx, namespace, page));
    });
  }

  @Query(() => SecretImport, {
    name: 'import',
    nullable: true,
    description: 'An import. Right: `get secretimports`.',
  })
  async importByName(
    @Context() context: GraphqlContext,
    @Args('namespace', namespaceArgument) namespace: string,
    @Args('name', importArgument) name: string,
  ) {
    const part = { action: 'imports.get', namespace, name } as const;
    return asPart(context, part, async (ctx) => {
      const ref = parseParameters(getImport.params, { namespace, name }, '/path');
      return presentImport(namespace, await this.#sharing.imports.get(ctx, ref));
    });
  }

  @Query(() => SecretImportConnection, {
    nullable: true,
    description: 'Imports of a namespace, by name. Right: `list secretimports`.',
  })
  async imports(
    @Context() context: GraphqlContext,
    @Args('namespace', namespaceArgument) namespace: string,
    @Args('first', firstArgument(50)) first: number,
    @Args('after', afterArgument) after: string | null,
  ) {
    const page = { limit: pageSize(first), cursor: after ?? undefined };
    return asPart(context, { action: 'imports.get', namespace }, async (ctx) => {
      parseParameters(listImports.params, { namespace }, '/path');
      return presentImports(namespace, await this.#sharing.imports.list(ctx, namespace, page));
    });
  }

  @Query(() => OfferedShareConnection, {
    nullable: true,
    description:
      'Shares that would deliver to the caller in a namespace now. A page may have fewer nodes ' +
      'than `first`. Right: `list secretimports`.',
  })
  async offeredShares(
    @Context() context: GraphqlContext,
    @Args('namespace', namespaceArgument) namespace: string,
    @Args('first', firstArgument(50)) first: number,
    @Args('after', afterArgument) after: string | null,
  ) {
    const page = { limit: pageSize(first), cursor: after ?? undefined };
    return asPart(context, { action: 'imports.get', namespace }, async (ctx) => {
      parseParameters(listImports.params, { namespace }, '/path');
      return presentOffers(namespace, await this.#sharing.offers.list(ctx, namespace, page));
    });
  }

  @ResolveField(() => [SecretValueObject], {
    nullable: true,
    description:
      'The shared values that exist now. Null with an error: NotFound if nothing is granted. ' +
      'Right: `get secretimports`, and a share that names the namespace.',
  })
  async values(@Context() context: GraphqlContext, @Parent() { namespace, name }: SecretRef) {
    const ref = { namespace, name };
    countImport(context);
    return asPart(context, { action: 'imports.reveal', ...ref }, async (ctx) => {
      const { content = [] } = await this.#sharing.reads.values(ctx, ref, {}, (shown) => shown);
      const data = new Map(content.flatMap((entry) => [...entry.data]));
      for (const [key, value] of data) {
        context.budget.charge(key.length + value.jsonSizeBytes);
      }
      return valueTexts(data);
    });
  }
}
