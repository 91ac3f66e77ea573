import { readFileSync } from 'node:fs';
import {
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import fastify from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../src/platform/config/config-json-schema.js';
import { openApiDocument } from '../../src/platform/openapi/openapi-document.js';
import { addOpenApiRoutes } from '../../src/platform/openapi/openapi.routes.js';
import { version } from '../../src/core/version.js';
import { allOperations } from './all-operations.js';
import { graphqlSchema } from './graphql-schema.js';

describe('the GraphQL schema', () => {
  let schema: GraphQLSchema;

  beforeAll(async () => {
    schema = await graphqlSchema();
  });

  it('is the one that is committed', async () => {
    const sdl = `${printSchema(lexicographicSortSchema(schema))}\n`;
    await expect(sdl).toMatchFileSnapshot('../../docs/api/schema.graphql');
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
