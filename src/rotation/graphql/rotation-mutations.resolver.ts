import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { CallContext } from '../../core/call-context.js';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { inputOf } from '../../platform/graphql/input-argument.js';
import { specBody } from '../../platform/graphql/spec-body.js';
import { reasonOf, toWriteOptions } from '../../platform/graphql/write-input.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { RunView } from '../domain/run-view.js';
import { getRotation, getRotationRun, startRotation } from '../rotation.operations.js';
import { RotationsService } from '../rotations.service.js';
import { presentRotation, rotationId } from './rotation.graphql-presenter.js';
import {
  CancelRotationInput,
  RemoveRotationInput,
  RetireRotationInput,
  type RunRefInput,
  SetRotationInput,
  StartRotationInput,
} from './rotation.inputs.js';
import {
  CancelRotationPayload,
  RemoveRotationPayload,
  RetireRotationPayload,
  SetRotationPayload,
  StartRotationPayload,
} from './rotation.payloads.js';
import { rotationSpecTree } from './rotation-spec-tree.js';

/** Resolver of rotations over GraphQL: REST's operations and schemas. */
@Resolver()
export class RotationMutationsResolver {
  readonly #rotations: RotationsService;

  constructor(rotations: RotationsService) {
    this.#rotations = rotations;
  }

  @Mutation(() => SetRotationPayload, {
    nullable: true,
    description: 'Sets how a Secret is rotated.',
  })
  async setRotation(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(SetRotationInput)) input: SetRotationInput,
  ) {
    const { namespace, name } = input;
    const part = { action: 'rotations.update', namespace, name } as const;
    const put = async (ctx: CallContext) => {
      const ref = refOf(input);
      const body = specBody(rotationSpecTree, input.spec);
      return this.#rotations.policies.put(ctx, ref, body, toWriteOptions(input));
    };
    const { view } = await asPart(context, part, put, () => reasonOf(input));
    return { rotation: presentRotation({ namespace, name }, view, { isPlan: input.dryRun }) };
  }

  @Mutation(() => RemoveRotationPayload, {
    nullable: true,
    description: 'Ends the rotation of a Secret, whose values stay.',
  })
  async removeRotation(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(RemoveRotationInput)) input: RemoveRotationInput,
  ) {
    const { namespace, name } = input;
    const part = { action: 'rotations.update', namespace, name } as const;
    const remove = async (ctx: CallContext) =>
      this.#rotations.policies.delete(ctx, refOf(input), toWriteOptions(input));
    await asPart(context, part, remove, () => reasonOf(input));
    return { removedId: input.dryRun ? null : rotationId(input) };
  }

  @Mutation(() => StartRotationPayload, {
    nullable: true,
    description: 'Rotates a Secret now. The run goes on after the response.',
  })
  async startRotation(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(StartRotationInput)) input: StartRotationInput,
  ) {
    const { namespace, name, retireAfter } = input;
    const part = { action: 'rotations.run', namespace, name } as const;
    const start = async (ctx: CallContext) => {
      const given = typeof retireAfter === 'string' ? { retireAfter } : {};
      const request = parseBody(startRotation.body.schema, given);
      const idempotencyKey = input.idempotencyKey ?? undefined;
      return this.#rotations.runs.start(ctx, refOf(input), request, { idempotencyKey });
    };
    return { run: await asPart(context, part, start, () => reasonOf(input)) };
  }

  @Mutation(() => CancelRotationPayload, {
    nullable: true,
    description: 'Cancels a run. The former credential keeps working.',
  })
  cancelRotation(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(CancelRotationInput)) input: CancelRotationInput,
  ) {
    return this.#wish(context, 'rotations.cancel', input);
  }

  @Mutation(() => RetireRotationPayload, {
    nullable: true,
    description: 'Ends the former credential of a run now.',
  })
  retireRotation(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(RetireRotationInput)) input: RetireRotationInput,
  ) {
    return this.#wish(context, 'rotations.retire', input);
  }

  async #wish(
    context: GraphqlContext,
    action: 'rotations.cancel' | 'rotations.retire',
    input: RunRefInput,
  ) {
    const { namespace, name, id } = input;
    const wish = async (ctx: CallContext): Promise<RunView> => {
      const params = parseParameters(getRotationRun.params, { namespace, name, id }, '/path');
      const { runs } = this.#rotations;
      return action === 'rotations.cancel'
        ? runs.cancel(ctx, params, params.id)
        : runs.retire(ctx, params, params.id);
    };
    return { run: await asPart(context, { action, namespace, name }, wish, () => reasonOf(input)) };
  }
}

function refOf({ namespace, name }: SecretRef) {
  return parseParameters(getRotation.params, { namespace, name }, '/path');
}
