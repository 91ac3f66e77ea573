import { Args, Context, Info, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { type GraphQLResolveInfo, OperationTypeNode, responsePathAsArray } from 'graphql';
import { parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
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
  description: 'null with an error where the caller may not list versions; likewise below.',
} as const;
const first = { type: () => Int, defaultValue: 20 } as const;
const after = { type: () => String, nullable: true } as const;

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
    @Args('first', first) size: number,
    @Args('after', after) cursor: string | null,
  ) {
    const ref = { namespace, name };
    const page = await asPart(context, { action: 'versions.list', ...ref }, async (ctx) =>
      this.#versions.reads.list(ctx, ref, { limit: pageSize(size), cursor: cursor ?? undefined }),
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

  @ResolveField(() => SecretDiff, { nullable: true, description: 'Key names and sizes only.' })
  async diff(
    @Context() context: GraphqlContext,
    @Parent() { ref, version }: VersionSource,
    @Args('to', { type: () => String, defaultValue: 'current' }) reference: string,
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
