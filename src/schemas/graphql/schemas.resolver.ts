import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { encodeCursor } from '../../core/page.js';
import { parseParameters } from '../../core/parse-with.js';
import { toConnection } from '../../platform/graphql/connection.js';
import { asPart, type GraphqlContext } from '../../platform/graphql/graphql-context.js';
import { objectId } from '../../platform/graphql/object-id.js';
import { afterArgument, firstArgument } from '../../platform/graphql/page-arguments.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import { schemaSpecSchema } from '../domain/schema-spec.js';
import type { SchemaView } from '../domain/schema-view.js';
import { getSchema } from '../schemas.operations.js';
import { SchemasService } from '../schemas.service.js';
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
      return presented(await this.#schemas.get(ctx, name));
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
      toConnection(await this.#schemas.list(ctx, page), (view) => ({
        cursor: encodeCursor({ after: view.name }),
        node: presented(view),
      })),
    );
  }
}

function presented({ name, spec, readOnly, etag }: SchemaView): SecretSchema {
  const { data } = schemaSpecSchema.safeParse(spec);
  const byName = Object.entries(data?.keys ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const keys = byName.map(([of, rules]) => ({
    name: of,
    description: rules.description ?? null,
    examples: rules.examples ?? [],
    required: rules.required,
    kind: rules.kind ?? null,
    passwordKey: rules.passwordKey ?? null,
    schema: rules.schema === undefined ? null : JSON.stringify(rules.schema),
    generate: rules.generate === undefined ? null : JSON.stringify(rules.generate),
  }));
  const { builtIn, problems, violations } = readOnly;
  return {
    id: objectId('SecretSchema', name),
    name,
    builtIn,
    description: data?.description ?? null,
    types: data?.appliesTo.types ?? [],
    label: data?.appliesTo.label ?? null,
    mode: data?.mode ?? null,
    additionalKeys: data?.additionalKeys ?? true,
    keys,
    rules: (data?.rules ?? []).map(({ rule, message = null }) => ({ rule, message })),
    problems,
    violations,
    etag,
  };
}
