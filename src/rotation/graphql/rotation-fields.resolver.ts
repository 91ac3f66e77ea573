import { Args, Context, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { isNotFound } from '../../core/errors/not-found.js';
import { parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { afterArgument, firstArgument } from '../../platform/graphql/page-arguments.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import { SecretMetadata } from '../../secrets/graphql/secret.objects.js';
import { getRotationRun } from '../rotation.operations.js';
import { RotationsService } from '../rotations.service.js';
import { countRotation } from './nested-rotations.js';
import { presentRotation, presentRuns, type RotationSource } from './rotation.graphql-presenter.js';
import { RotationRun, RotationRunConnection, SecretRotation } from './rotation.objects.js';

const namespaceArgument = { type: () => String, description: 'Namespace of the Secret.' } as const;
const secretArgument = { type: () => String, description: 'Name of the Secret.' } as const;
const idArgument = { type: () => ID, description: 'Id of the run.' } as const;

/** `rotation` of a Secret of either type: both inherit the field from the interface. */
@Resolver(() => SecretMetadata)
export class SecretRotationResolver {
  readonly #rotations: RotationsService;

  constructor(rotations: RotationsService) {
    this.#rotations = rotations;
  }

  @ResolveField(() => SecretRotation, {
    nullable: true,
    description: 'The rotation of the Secret; null if there is none. Right: `get secretrotations`.',
  })
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
      if (isNotFound(error)) return null;
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

  @ResolveField(() => RotationRunConnection, {
    nullable: true,
    description: 'Runs, newest first.',
  })
  async runs(
    @Context() context: GraphqlContext,
    @Parent() { ref }: RotationSource,
    @Args('first', firstArgument(10)) first: number,
    @Args('after', afterArgument) after: string | null,
  ) {
    const page = { limit: pageSize(first), cursor: after ?? undefined };
    return presentRuns(
      await asPart(context, { action: 'rotations.get', ...ref }, async (ctx) =>
        this.#rotations.runs.list(ctx, ref, page),
      ),
    );
  }

  @Query(() => RotationRun, { nullable: true, description: 'A run by its id.' })
  async rotationRun(
    @Context() context: GraphqlContext,
    @Args('namespace', namespaceArgument) namespace: string,
    @Args('secret', secretArgument) name: string,
    @Args('id', idArgument) id: string,
  ) {
    const part = { action: 'rotations.get', namespace, name } as const;
    return asPart(context, part, async (ctx) => {
      const params = parseParameters(getRotationRun.params, { namespace, name, id }, '/path');
      return this.#rotations.runs.get(ctx, params, params.id);
    });
  }
}
