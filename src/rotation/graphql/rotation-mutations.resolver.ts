import { Args, Context, ID, Mutation, Resolver } from '@nestjs/graphql';
import type { CallContext } from '../../core/call-context.js';
import { badRequest } from '../../core/errors/sallyport-error.js';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { JSONObject } from '../../platform/graphql/scalars/json-object.scalar.js';
import {
  optionsArgument,
  reasonOf,
  toWriteOptions,
  WriteOptionsInput,
} from '../../platform/graphql/write-options.js';
import { SecretRefInput } from '../../secrets/graphql/secret.inputs.js';
import type { RunView } from '../domain/run-view.js';
import { getRotation, getRotationRun, startRotation } from '../rotation.operations.js';
import { RotationsService } from '../rotations.service.js';
import { presentRotation, presentRun } from './rotation.graphql-presenter.js';
import { RotationRun, SecretRotation } from './rotation.objects.js';

const inputArgument = { type: () => SecretRefInput } as const;
const idArgument = { type: () => ID } as const;

/** Resolver of rotations over GraphQL: REST's operations and schemas. */
@Resolver()
export class RotationMutationsResolver {
  readonly #rotations: RotationsService;

  constructor(rotations: RotationsService) {
    this.#rotations = rotations;
  }

  @Mutation(() => SecretRotation, {
    nullable: true,
    description: 'spec: the spec of a SecretRotation without secretName.',
  })
  async setRotation(
    @Context() context: GraphqlContext,
    @Args('input', inputArgument) input: SecretRefInput,
    @Args('spec', { type: () => JSONObject }) spec: object,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    const { namespace, name } = input;
    const part = { action: 'rotations.update', namespace, name } as const;
    const put = async (ctx: CallContext) => {
      const ref = refOf(input);
      return this.#rotations.policies.put(ctx, ref, spec, toWriteOptions(options));
    };
    const { view } = await asPart(context, part, put, reasonOf(options));
    return presentRotation({ namespace, name }, view);
  }

  @Mutation(() => Boolean, { nullable: true })
  async removeRotation(
    @Context() context: GraphqlContext,
    @Args('input', inputArgument) input: SecretRefInput,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ): Promise<boolean> {
    const { namespace, name } = input;
    const part = { action: 'rotations.update', namespace, name } as const;
    const remove = async (ctx: CallContext) =>
      this.#rotations.policies.delete(ctx, refOf(input), toWriteOptions(options));
    await asPart(context, part, remove, reasonOf(options));
    return true;
  }

  @Mutation(() => RotationRun, { nullable: true })
  async startRotation(
    @Context() context: GraphqlContext,
    @Args('input', inputArgument) input: SecretRefInput,
    @Args('retireAfter', { type: () => String, nullable: true }) retireAfter: string | null,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    const { namespace, name } = input;
    const part = { action: 'rotations.run', namespace, name } as const;
    const start = async (ctx: CallContext) => {
      const { dryRun, idempotencyKey } = toWriteOptions(options);
      refuseDryRun(dryRun);
      const given = retireAfter === null ? {} : { retireAfter };
      const request = parseBody(startRotation.body.schema, given);
      return this.#rotations.runs.start(ctx, refOf(input), request, { idempotencyKey });
    };
    return presentRun(await asPart(context, part, start, reasonOf(options)));
  }

  @Mutation(() => RotationRun, { nullable: true })
  cancelRotation(
    @Context() context: GraphqlContext,
    @Args('input', inputArgument) input: SecretRefInput,
    @Args('id', idArgument) id: string,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    return this.#wish(context, { action: 'rotations.cancel', input, id, options });
  }

  @Mutation(() => RotationRun, { nullable: true })
  retireRotation(
    @Context() context: GraphqlContext,
    @Args('input', inputArgument) input: SecretRefInput,
    @Args('id', idArgument) id: string,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    return this.#wish(context, { action: 'rotations.retire', input, id, options });
  }

  async #wish(context: GraphqlContext, { action, input, id, options }: Wish) {
    const { namespace, name } = input;
    const wish = async (ctx: CallContext): Promise<RunView> => {
      refuseDryRun(toWriteOptions(options).dryRun);
      const ref = refOf(input);
      const params = parseParameters(getRotationRun.params, { ...ref, id }, '/path');
      const { runs } = this.#rotations;
      return action === 'rotations.cancel'
        ? runs.cancel(ctx, params, params.id)
        : runs.retire(ctx, params, params.id);
    };
    const part = { action, namespace, name };
    return presentRun(await asPart(context, part, wish, reasonOf(options)));
  }
}

interface Wish {
  readonly action: 'rotations.cancel' | 'rotations.retire';
  readonly input: SecretRefInput;
  readonly id: string;
  readonly options: WriteOptionsInput | null;
}

function refOf({ namespace, name, resourceVersion }: SecretRefInput) {
  // A condition on the Secret does not apply to its rotation: it must not seem to be checked.
  if (typeof resourceVersion === 'string') {
    throw badRequest('resourceVersion is of the Secret, and says nothing of its rotation');
  }
  return parseParameters(getRotation.params, { namespace, name }, '/path');
}

function refuseDryRun(dryRun: boolean): void {
  if (dryRun) throw badRequest('dryRun has no meaning on a run');
}
