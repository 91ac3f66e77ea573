import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import { asPart, type GraphqlContext } from '../../platform/graphql/graphql-context.js';
import { afterArgument, firstArgument } from '../../platform/graphql/page-arguments.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import { withoutNulls } from '../../platform/graphql/write-input.js';
import { clusterSchema, type SchemaRef } from '../domain/secret-schemas.js';
import {
  getLocalSchema,
  listLocalSchemas,
  validateByLocalSchema,
} from '../local-schemas.operations.js';
import { getSchema, validateBySchema } from '../schemas.operations.js';
import { SchemasService } from '../schemas.service.js';
import {
  presentLocalSchema,
  presentLocalSchemas,
  presentSchema,
  presentSchemas,
} from './schema.graphql-presenter.js';
import { SchemaValidation, ValidationArguments } from './schema-validation.objects.js';
import {
  LocalSecretSchema,
  LocalSecretSchemaConnection,
  SecretSchema,
  SecretSchemaConnection,
} from './secret-schema.objects.js';

const namespaceArgument = { type: () => String, description: 'Namespace.' } as const;
const nameArgument = { type: () => String, description: 'Name of the schema.' } as const;

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
  async secretSchema(@Context() context: GraphqlContext, @Args('name', nameArgument) name: string) {
    return asPart(context, { action: 'schemas.get' }, async (ctx) => {
      parseParameters(getSchema.params, { name }, '/path');
      return presentSchema(await this.#schemas.get(ctx, clusterSchema(name)));
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
      presentSchemas(await this.#schemas.list(ctx, '', page)),
    );
  }

  @Query(() => LocalSecretSchema, {
    nullable: true,
    description: 'A schema of a namespace. Right: `get localsecretschemas`.',
  })
  async localSecretSchema(
    @Context() context: GraphqlContext,
    @Args('namespace', namespaceArgument) namespace: string,
    @Args('name', nameArgument) name: string,
  ) {
    return asPart(context, { action: 'schemas.get', namespace }, async (ctx) => {
      const ref = parseParameters(getLocalSchema.params, { namespace, name }, '/path');
      return presentLocalSchema(namespace, await this.#schemas.get(ctx, ref));
    });
  }

  @Query(() => LocalSecretSchemaConnection, {
    nullable: true,
    description: 'Schemas of a namespace, by name. Right: `list localsecretschemas`.',
  })
  async localSecretSchemas(
    @Context() context: GraphqlContext,
    @Args('namespace', namespaceArgument) namespace: string,
    @Args('first', firstArgument(50)) first: number,
    @Args('after', afterArgument) after: string | null,
  ) {
    const page = { limit: pageSize(first), cursor: after ?? undefined };
    return asPart(context, { action: 'schemas.get', namespace }, async (ctx) => {
      parseParameters(listLocalSchemas.params, { namespace }, '/path');
      return presentLocalSchemas(namespace, await this.#schemas.list(ctx, namespace, page));
    });
  }

  @Query(() => SchemaValidation, {
    nullable: true,
    description:
      'What values break of a schema, in whatever mode it is. Nothing is stored. Right: `get ' +
      'secretschemas`, cluster-wide, or `get localsecretschemas` for a schema of a namespace.',
  })
  async schemaValidation(
    @Context() context: GraphqlContext,
    @Args() { name, namespace, ...values }: ValidationArguments,
  ) {
    const place = namespace === null || namespace === undefined ? {} : { namespace };
    return asPart(context, { action: 'schemas.validate', ...place, name }, async (ctx) => {
      const ref = parsedRef({ ...place, name });
      const body = parseBody(validateBySchema.body.schema, withoutNulls(values));
      return this.#schemas.validate(ctx, ref, body);
    });
  }
}

/** Returns what names a schema, of a namespace if there is one. Throws BadRequest. */
function parsedRef(names: { readonly namespace?: string; readonly name: string }): SchemaRef {
  if (names.namespace !== undefined) {
    return parseParameters(validateByLocalSchema.params, names, '/path');
  }
  return clusterSchema(parseParameters(validateBySchema.params, names, '/path').name);
}
