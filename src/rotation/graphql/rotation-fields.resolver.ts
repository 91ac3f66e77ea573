import { Args, Context, ID, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import { SecretMetadata } from '../../secrets/graphql/secret.objects.js';
import { getRotationRun } from '../rotation.operations.js';
import { RotationsService } from '../rotations.service.js';
import { countRotation } from './nested-rotations.js';
import {
  presentRotation,
  presentRun,
  presentRuns,
  type RotationSource,
} from './rotation.graphql-presenter.js';
import { RotationRun, RotationRunConnection, SecretRotation } from './rotation.objects.js';

const text = { type: () => String } as const;
const first = { type: () => Int, defaultValue: 10 } as const;
const after = { type: () => String, nullable: true } as const;

/** `rotation` of a Secret of either type: both inherit the field from the interface. */
@Resolver(() => SecretMetadata)
export class SecretRotationResolver {
  readonly #rotations: RotationsService;

  constructor(rotations: RotationsService) {
    this.#rotations = rotations;
  }

  @ResolveField(() => SecretRotation, { nullable: true })
  async rotation(
    @Context() context: GraphqlContext,
    @Parent() { namespace, name }: SecretRef,
  ): Promise<RotationSource | null> {
    const ref = { namespace, name };
    countRotation(context);
    try {
      const view = await asPart(context, { action: 'rotations.get', ...ref }, (ctx) =>
        this.#rotations.policies.get(ctx, ref),
      );
      return presentRotation(ref, view);
    } catch (error) {
      // A missing rotation is no error of the query.
      if (error instanceof SallyportError && error.code === 'NotFound') return null;
      throw error;
    }
  }
}

/** `runs` of a rotation, and one run by its id. */
@Resolver(() => SecretRotation)
export class RotationRunsResolver {
  readonly #rotations: RotationsService;

  constructor(rotations: RotationsService) {
    this.#rotations = rotations;
  }

  @ResolveField(() => RotationRunConnection, { nullable: true })
  async runs(
    @Context() context: GraphqlContext,
    @Parent() { ref }: RotationSource,
    @Args('first', first) size: number,
    @Args('after', after) cursor: string | null,
  ) {
    const page = { limit: pageSize(size), cursor: cursor ?? undefined };
    return presentRuns(
      await asPart(context, { action: 'rotations.get', ...ref }, async (ctx) =>
        this.#rotations.runs.list(ctx, ref, page),
      ),
    );
  }

  @Query(() => RotationRun, { nullable: true })
  async rotationRun(
    @Context() context: GraphqlContext,
    @Args('namespace', text) namespace: string,
    @Args('secret', text) name: string,
    @Args('id', { type: () => ID }) id: string,
  ) {
    const part = { action: 'rotations.get', namespace, name } as const;
    const run = await asPart(context, part, async (ctx) => {
      const params = parseParameters(getRotationRun.params, { namespace, name, id }, '/path');
      return this.#rotations.runs.get(ctx, params, params.id);
    });
    return presentRun(run);
  }
}
