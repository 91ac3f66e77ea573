import { Args, Context, Info, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { type GraphQLResolveInfo, OperationTypeNode, responsePathAsArray } from 'graphql';
import { parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { afterArgument, firstArgument } from '../../platform/graphql/page-arguments.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import { SecretMetadata } from '../../secrets/graphql/secret.objects.js';
import { getSecretVersion } from '../version.operations.js';
import { VersionsService } from '../versions.service.js';
import { NestedDiffs } from './nested-diffs.js';
import { presentVersions, type VersionSource } from './version.graphql-presenter.js';
import { SecretDiff, SecretVersion, SecretVersionConnection } from './version.objects.js';

const versions = {
  nullable: true,
  description: 'Versions of the Secret, newest first. Right: `list secretversions`.',
} as const;
const diff = {
  nullable: true,
  description: 'What differs from another version: names and sizes. Right: `get secretversions`.',
} as const;
const other = {
  type: () => String,
  defaultValue: 'current',
  description: 'Number or alias of the other version.',
} as const;

/** `versions` of a Secret of either type: both inherit the field from the interface. */
@Resolver(() => SecretMetadata)
export class SecretVersionsResolver {
  readonly #versions: VersionsService;

  constructor(service: VersionsService) {
    this.#versions = service;
  }

  @ResolveField(() => SecretVersionConnection, versions)
  async versions(
    @Context() context: GraphqlContext,
    @Parent() { namespace, name }: SecretRef,
    @Args('first', firstArgument(20)) first: number,
    @Args('after', afterArgument) after: string | null,
  ) {
    const ref = { namespace, name };
    const page = await asPart(context, { action: 'versions.list', ...ref }, async (ctx) =>
      this.#versions.reads.list(ctx, ref, { limit: pageSize(first), cursor: after ?? undefined }),
    );
    return presentVersions(ref, page);
  }
}

/** `diff` of a version. */
@Resolver(() => SecretVersion)
export class VersionDiffResolver {
  readonly #versions: VersionsService;

  constructor(service: VersionsService) {
    this.#versions = service;
  }

  @ResolveField(() => SecretDiff, diff)
  async diff(
    @Context() context: GraphqlContext,
    @Parent() { ref, version }: VersionSource,
    @Args('to', other) reference: string,
    @Info() info: GraphQLResolveInfo,
  ) {
    const read = NestedDiffs.of(context).next(scopeOf(info));
    const part = { action: 'versions.get', ...ref } as const;
    return asPart(context, part, async (ctx) => {
      const place = { ...ref, version: reference };
      const { version: to } = parseParameters(getSecretVersion.params, place, '/path');
      return this.#versions.reads.diff(ctx, ref, { from: String(version), to }, read);
    });
  }
}

/** Returns the scope: fields of a query share one, each mutation has the state after it. */
function scopeOf({ operation, path }: GraphQLResolveInfo): string {
  const isMutation = operation.operation === OperationTypeNode.MUTATION;
  return isMutation ? String(responsePathAsArray(path)[0]) : '';
}
