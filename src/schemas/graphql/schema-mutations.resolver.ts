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
import { clusterSchema } from '../domain/secret-schemas.js';
import { schemaSpecOf } from '../domain/schema-spec.js';
import { deleteSchema, putSchema } from '../schemas.operations.js';
import { SchemasService } from '../schemas.service.js';
import { presentSchema, schemaId } from './schema.graphql-presenter.js';
import { DeleteSecretSchemaInput, PutSecretSchemaInput } from './schema.inputs.js';
import { DeleteSecretSchemaPayload, PutSecretSchemaPayload } from './schema.payloads.js';
import { schemaSpecTree } from './schema-spec-tree.js';

/** Writes of schemas over GraphQL: REST's operations and schemas. */
@Resolver()
export class SchemaMutationsResolver {
  readonly #schemas: SchemasService;

  constructor(schemas: SchemasService) {
    this.#schemas = schemas;
  }

  @Mutation(() => PutSecretSchemaPayload, {
    nullable: true,
    description:
      'Creates or replaces a schema, which each write of a Secret is checked by from then on.',
  })
  async putSecretSchema(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(PutSecretSchemaInput)) input: PutSecretSchemaInput,
  ) {
    return asPart(
      context,
      { action: 'schemas.update', name: input.name },
      async (ctx) => {
        const { name } = parseParameters(putSchema.params, { name: input.name }, '/path');
        const body = parseBody(putSchema.body.schema, specBody(schemaSpecTree, input.spec));
        const options = statedPutOptions(input);
        const { view, created } = await this.#schemas.put(
          ctx,
          clusterSchema(name),
          schemaSpecOf(body),
          options,
        );
        return { schema: presentSchema(view, { isPlan: input.dryRun }), created };
      },
      () => reasonOf(input),
    );
  }

  @Mutation(() => DeleteSecretSchemaPayload, {
    nullable: true,
    description: 'Deletes a schema: no write is checked by it any more.',
  })
  async deleteSecretSchema(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(DeleteSecretSchemaInput)) input: DeleteSecretSchemaInput,
  ) {
    return asPart(
      context,
      { action: 'schemas.update', name: input.name },
      async (ctx) => {
        const { name } = parseParameters(deleteSchema.params, { name: input.name }, '/path');
        await this.#schemas.delete(ctx, clusterSchema(name), statedDeleteOptions(input));
        return { deletedId: input.dryRun ? null : schemaId(name) };
      },
      () => reasonOf(input),
    );
  }
}
