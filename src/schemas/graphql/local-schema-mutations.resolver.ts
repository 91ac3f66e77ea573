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
import { schemaSpecOf } from '../domain/schema-spec.js';
import { deleteLocalSchema, putLocalSchema } from '../local-schemas.operations.js';
import { SchemasService } from '../schemas.service.js';
import { localSchemaId, presentLocalSchema } from './schema.graphql-presenter.js';
import { DeleteLocalSecretSchemaInput, PutLocalSecretSchemaInput } from './schema.inputs.js';
import { DeleteLocalSecretSchemaPayload, PutLocalSecretSchemaPayload } from './schema.payloads.js';
import { schemaSpecTree } from './schema-spec-tree.js';

/** Writes of the schemas of a namespace over GraphQL: REST's operations and schemas. */
@Resolver()
export class LocalSchemaMutationsResolver {
  readonly #schemas: SchemasService;

  constructor(schemas: SchemasService) {
    this.#schemas = schemas;
  }

  @Mutation(() => PutLocalSecretSchemaPayload, {
    nullable: true,
    description:
      'Creates or replaces a schema of a namespace, which each write of a Secret there is ' +
      'checked by from then on, in addition to the schemas of the cluster.',
  })
  async putLocalSecretSchema(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(PutLocalSecretSchemaInput)) input: PutLocalSecretSchemaInput,
  ) {
    const { namespace, name } = input;
    return asPart(
      context,
      { action: 'schemas.update', namespace, name },
      async (ctx) => {
        const ref = parseParameters(putLocalSchema.params, { namespace, name }, '/path');
        const body = parseBody(putLocalSchema.body.schema, specBody(schemaSpecTree, input.spec));
        const options = statedPutOptions(input);
        const spec = schemaSpecOf(body);
        const { view, created } = await this.#schemas.put(ctx, ref, spec, options);
        return { schema: presentLocalSchema(namespace, view, { isPlan: input.dryRun }), created };
      },
      () => reasonOf(input),
    );
  }

  @Mutation(() => DeleteLocalSecretSchemaPayload, {
    nullable: true,
    description: 'Deletes a schema of a namespace: no write is checked by it any more.',
  })
  async deleteLocalSecretSchema(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(DeleteLocalSecretSchemaInput)) input: DeleteLocalSecretSchemaInput,
  ) {
    const { namespace, name } = input;
    return asPart(
      context,
      { action: 'schemas.update', namespace, name },
      async (ctx) => {
        const ref = parseParameters(deleteLocalSchema.params, { namespace, name }, '/path');
        await this.#schemas.delete(ctx, ref, statedDeleteOptions(input));
        return { deletedId: input.dryRun ? null : localSchemaId(namespace, name) };
      },
      () => reasonOf(input),
    );
  }
}
