import { readFileSync } from 'node:fs';
import {
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLSchema,
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { NestFactory } from '@nestjs/core';
import fastify from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import { AuditResolver } from '../../src/audit/graphql/audit.resolver.js';
import { SecretEventsResolver } from '../../src/audit/graphql/secret-events.resolver.js';
import { AccessResolver } from '../../src/access/graphql/access.resolver.js';
import { SecretConsumersResolver } from '../../src/consumers/graphql/consumers.resolver.js';
import { configJsonSchema } from '../../src/platform/config/config-json-schema.js';
import { NamespacesResolver } from '../../src/namespaces/graphql/namespaces.resolver.js';
import { openApiDocument } from '../../src/platform/openapi/openapi-document.js';
import { addOpenApiRoutes } from '../../src/platform/openapi/openapi.routes.js';
import {
  RotationRunsResolver,
  SecretRotationResolver,
} from '../../src/rotation/graphql/rotation-fields.resolver.js';
import * as rotationMutations from '../../src/rotation/graphql/rotation-mutations.resolver.js';
import { SecretChangesResolver } from '../../src/secrets/graphql/secret-changes.resolver.js';
import { SecretMutationsResolver } from '../../src/secrets/graphql/secret-mutations.resolver.js';
import { SecretQueriesResolver } from '../../src/secrets/graphql/secret-queries.resolver.js';
import { TokensResolver } from '../../src/tokens/graphql/tokens.resolver.js';
import { version } from '../../src/core/version.js';
import {
  SecretVersionsResolver,
  VersionDiffResolver,
} from '../../src/versions/graphql/version-fields.resolver.js';
import { VersionMutationsResolver } from '../../src/versions/graphql/version-mutations.resolver.js';
import { allOperations } from './all-operations.js';

const target = buildSchema(readFileSync('docs/api/target.graphql', 'utf8'));

describe('the GraphQL schema', () => {
  let schema: GraphQLSchema;

  beforeAll(async () => {
    const app = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, {
      logger: false,
    });
    schema = await app
      .get(GraphQLSchemaFactory)
      .create([
        SecretQueriesResolver,
        SecretMutationsResolver,
        SecretChangesResolver,
        NamespacesResolver,
        AuditResolver,
        SecretEventsResolver,
        AccessResolver,
        TokensResolver,
        SecretVersionsResolver,
        VersionDiffResolver,
        VersionMutationsResolver,
        SecretConsumersResolver,
        SecretRotationResolver,
        RotationRunsResolver,
        rotationMutations.RotationMutationsResolver,
      ]);
    await app.close();
  });

  it('is the one that is committed', async () => {
    const sdl = `${printSchema(lexicographicSortSchema(schema))}\n`;
    await expect(sdl).toMatchFileSnapshot('../../docs/api/schema.graphql');
  });

  it('has each type, field, argument and value of the target so, and no other', () => {
    expect(differencesBetween(schema, target)).toEqual([]);
    expect(differencesBetween(target, schema)).toEqual([]);
  });

  it('leads from a SecretSummary to no value, at any depth', () => {
    const reached = new Set<string>();
    const visit = (name: string) => {
      if (reached.has(name)) return;
      reached.add(name);
      const type = schema.getType(name);
      if (!isObjectType(type) && !isInterfaceType(type)) return;
      for (const field of Object.values(type.getFields())) visit(bare(String(field.type)));
    };
    visit('SecretSummary');
    expect([...reached]).not.toContain('Secret');
    expect([...reached]).not.toContain('SecretValue');
  });

  it('lets every root field be null, so that a denial blanks no neighbour', () => {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const fields = roots.flatMap((root) => Object.values(root?.getFields() ?? {}));
    expect(fields.filter(({ type }) => String(type).endsWith('!'))).toEqual([]);
  });
});

describe('the OpenAPI document', () => {
  it('is the one that is committed', async () => {
    const document = `${JSON.stringify(openApiDocument(allOperations), null, 2)}\n`;
    await expect(document).toMatchFileSnapshot('../../docs/api/openapi.json');
  });

  it('is served with Swagger UI from this process alone', async () => {
    const instance = fastify();
    addOpenApiRoutes(instance, new Set(allOperations));
    for (const path of ['/openapi.json', '/docs', '/docs/swagger-ui-bundle.js']) {
      expect((await instance.inject(path)).statusCode).toBe(200);
    }
    expect((await instance.inject('/docs')).body).not.toMatch(/https?:\/\//);
    await instance.close();
  });
});

describe('other generated files', () => {
  it('hold the schema of the configuration as it is', async () => {
    const schema = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
    await expect(schema).toMatchFileSnapshot('../../sallyport.schema.json');
  });

  it('name the version of package.json', () => {
    const { version: packaged } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(version).toBe(packaged);
  });
});

function bare(type: string): string {
  return type.replaceAll(/[[\]!]/g, '');
}

/** What the first schema has, and the second has not or has otherwise. */
function differencesBetween(schema: GraphQLSchema, other: GraphQLSchema): string[] {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return types.flatMap((type) => differencesOf(type, other.getType(type.name)));
}

function differencesOf(type: GraphQLNamedType, wanted: GraphQLNamedType | undefined): string[] {
  if (!wanted) return [`type ${type.name}`];
  if (isEnumType(type) && isEnumType(wanted)) {
    const values = wanted.getValues().map(({ name }) => name);
    return type
      .getValues()
      .filter(({ name }) => !values.includes(name))
      .map(({ name }) => `${type.name}.${name}`);
  }
  const hasFields = isObjectType(type) || isInterfaceType(type) || isInputObjectType(type);
  if (!hasFields || !('getFields' in wanted)) return [];
  return Object.values(type.getFields()).flatMap((field) => {
    const other = wanted.getFields()[field.name];
    const place = `${type.name}.${field.name}`;
    if (!other) return [place];
    if (String(other.type) !== String(field.type)) return [`${place}: ${String(field.type)}`];
    if (!('args' in field) || !('args' in other)) return [];
    return field.args.flatMap((argument: GraphQLArgument) => {
      const same = other.args.find(({ name }) => name === argument.name);
      const isSame =
        same &&
        String(same.type) === String(argument.type) &&
        same.defaultValue === argument.defaultValue;
      return isSame ? [] : [`${place}(${argument.name}: ${String(argument.type)})`];
    });
  });
}
