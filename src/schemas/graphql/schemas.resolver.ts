import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import { asPart, type GraphqlContext } from '../../platform/graphql/graphql-context.js';
import { afterArgument, firstArgument } from '../../platform/graphql/page-arguments.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import { withoutNulls } from '../../platform/graphql/write-input.js';
import { getSchema, validateBySchema } from '../schemas.operations.js';
import { SchemasService } from '../schemas.service.js';
import { presentSchema, presentSchemas } from './schema.graphql-presenter.js';
import { SchemaValidation, ValidationArguments } from './schema-validation.objects.js';
import { SecretSchema, SecretSchemaConnection } from './secret-schema.objects.js';

/** Reads of schemas over GraphQL: translates, decides nothing. */
@Resolver(() => SecretSchema)
export class SchemasResolver {
  readonly #schemas: SchemasService;

  constructor(schemas: SchemasService) {
    this.#schemas = schemas;
  }

  @Query(() => SecretSchema, {
    nullable: true,
    description: 'A schema of Secrets. Right: `get secretschemas`, cluster-wide.',
  })
  async secretSchema(
    @Context() context: GraphqlContext,
    @Args('name', { type: () => String, description: 'Name of the schema.' }) name: string,
  ) {
    return asPart(context, { action: 'schemas.get' }, async (ctx) => {
      parseParameters(getSchema.params, { name }, '/path');
      return presentSchema(await this.#schemas.get(ctx, name));
    });
  }

  @Query(() => SecretSchemaConnection, {
    nullable: true,
    description:
      'Schemas of the cluster and of the gateway, by name. Right: `list secretschemas`, ' +
      'cluster-wide.',
  })
  async secretSchemas(
    @Context() context: GraphqlContext,
    @Args('first', firstArgument(50)) first: number,
    @Args('after', afterArgument) after: string | null,
  ) {
    const page = { limit: pageSize(first), cursor: after ?? undefined };
    return asPart(context, { action: 'schemas.get' }, async (ctx) =>
      presentSchemas(await this.#schemas.list(ctx, page)),
    );
  }

  @Query(() => SchemaValidation, {
    nullable: true,
    description:
      'What values break of a schema, in whatever mode it is. Nothing is stored. Right: `get ' +
      'secretschemas`, cluster-wide.',
  })
  async schemaValidation(
    @Context() context: GraphqlContext,
    @Args() { name, ...values }: ValidationArguments,
  ) {
    return asPart(context, { action: 'schemas.validate', name }, async (ctx) => {
      const params = parseParameters(validateBySchema.params, { name }, '/path');
      const body = parseBody(validateBySchema.body.schema, withoutNulls(values));
      return this.#schemas.validate(ctx, params.name, body);
    });
  }
}
