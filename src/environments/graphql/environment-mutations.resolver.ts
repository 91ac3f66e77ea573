import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import {
  statedDeleteOptions,
  statedPutOptions,
} from '../../custom-resources/domain/write-conditions.js';
import { asPart, type GraphqlContext } from '../../platform/graphql/graphql-context.js';
import { inputOf } from '../../platform/graphql/input-argument.js';
import { specBody } from '../../platform/graphql/spec-body.js';
import { reasonOf } from '../../platform/graphql/write-input.js';
import { environmentSpecOf } from '../domain/environment-spec.js';
import { deleteEnvironment, putEnvironment } from '../environments.operations.js';
import { EnvironmentsService } from '../environments.service.js';
import { environmentId, presentWrittenEnvironment } from './environment.graphql-presenter.js';
import { DeleteSecretEnvironmentInput, PutSecretEnvironmentInput } from './environment.inputs.js';
import {
  DeleteSecretEnvironmentPayload,
  PutSecretEnvironmentPayload,
} from './environment.payloads.js';
import { environmentSpecTree } from './environment-spec-tree.js';

/** Writes of environments over GraphQL: REST's operations and schemas. */
@Resolver()
export class EnvironmentMutationsResolver {
  readonly #environments: EnvironmentsService;

  constructor(environments: EnvironmentsService) {
    this.#environments = environments;
  }

  @Mutation(() => PutSecretEnvironmentPayload, {
    nullable: true,
    description: 'Creates or replaces the definition of an environment.',
  })
  async putSecretEnvironment(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(PutSecretEnvironmentInput)) input: PutSecretEnvironmentInput,
  ) {
    const { namespace, name } = input;
    return asPart(
      context,
      { action: 'environments.update', namespace, name },
      async (ctx) => {
        const ref = parseParameters(putEnvironment.params, { namespace, name }, '/path');
        const given = specBody(environmentSpecTree, input.spec);
        const spec = environmentSpecOf(parseBody(putEnvironment.body.schema, given));
        const options = statedPutOptions(input);
        const { view, created } = await this.#environments.put(ctx, ref, spec, options);
        const environment = presentWrittenEnvironment(namespace, view, { isPlan: input.dryRun });
        return { environment, created };
      },
      () => reasonOf(input),
    );
  }

  @Mutation(() => DeleteSecretEnvironmentPayload, {
    nullable: true,
    description: 'Deletes the definition of an environment. Secrets stay as they are.',
  })
  async deleteSecretEnvironment(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(DeleteSecretEnvironmentInput)) input: DeleteSecretEnvironmentInput,
  ) {
    const { namespace, name, dryRun } = input;
    return asPart(
      context,
      { action: 'environments.update', namespace, name },
      async (ctx) => {
        const ref = parseParameters(deleteEnvironment.params, { namespace, name }, '/path');
        await this.#environments.delete(ctx, ref, statedDeleteOptions(input));
        return { deletedId: dryRun ? null : environmentId(namespace, name) };
      },
      () => reasonOf(input),
    );
  }
}
