import { describe, expect, it } from 'vitest';
import type { ZodType } from 'zod';
import { namedSchema } from '../../src/core/api-schema.js';
import type { Operation } from '../../src/core/operation.js';
import { openApiDocument } from '../../src/platform/openapi/openapi-document.js';
import { allOperations } from './all-operations.js';

type Json = Readonly<Record<string, unknown>>;

interface Described {
  readonly name?: string;
  readonly description?: string;
  readonly example?: unknown;
  readonly $ref?: string;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly components: {
    readonly schemas: Readonly<Record<string, Json>>;
    readonly parameters: Readonly<Record<string, Described>>;
    readonly headers: Readonly<Record<string, Described>>;
    readonly responses: Readonly<Record<string, Described>>;
  };
}

interface DescribedOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Described[];
  readonly responses: Readonly<Record<string, Described>>;
}

const document = openApiDocument(allOperations) as unknown as Document;
const { components } = document;
const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

/** Places of members without a description, at every depth of a schema. */
function undescribed(place: string, schema: Json): readonly string[] {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Json>>;
  const inside = ['items', 'additionalProperties'].flatMap((name) => {
    const nested = schema[name];
    return isObject(nested) ? undescribed(place, nested) : [];
  });
  const alternatives = ['anyOf', 'oneOf'].flatMap((name) =>
    ((schema[name] ?? []) as readonly Json[]).flatMap((one) => undescribed(place, one)),
  );
  const members = Object.entries(properties).flatMap(([name, member]) => [
    ...(typeof member['description'] === 'string' ? [] : [`${place}/${name}`]),
    ...undescribed(`${place}/${name}`, member),
  ]);
  return [...members, ...inside, ...alternatives];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every object of the document, with its place. */
function* objectsIn(value: unknown, place = ''): Generator<readonly [string, Json]> {
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) yield* objectsIn(one, `${place}/${index}`);
  } else if (isObject(value)) {
    yield [place, value];
    for (const [name, one] of Object.entries(value)) yield* objectsIn(one, `${place}/${name}`);
  }
}

describe('the description of the API', () => {
  it('says of every operation what it does, what right it needs, and in which group it is', () => {
    const groups = new Set(document.tags.map(({ name }) => name));
    for (const { operationId, tags, summary, description } of operations) {
      expect
        .soft(
          tags.filter((tag) => groups.has(tag)),
          operationId,
        )
        .toHaveLength(1);
      expect.soft(summary.length, operationId).toBeGreaterThan(5);
      expect.soft(description, operationId).toMatch(/^[^\n]{20,}\n\nRight: .+\.$/s);
    }
    const used = new Set(operations.flatMap(({ tags }) => tags));
    expect([...groups].filter((group) => !used.has(group))).toEqual([]);
  });

  it('describes every parameter, header and response, and gives an example of each', () => {
    const parameters = [
      ...operations.flatMap(({ parameters: own }) => own),
      ...Object.values(components.parameters),
      ...Object.values(components.headers),
    ].filter(({ $ref }) => $ref === undefined);
    for (const { name, description, example } of parameters) {
      expect.soft(description?.length, name).toBeGreaterThan(5);
      expect.soft(example, name).toBeDefined();
    }
    for (const { responses, operationId } of operations) {
      for (const [status, { $ref, description }] of Object.entries(responses)) {
        expect.soft($ref ?? description, `${operationId} ${status}`).toBeTruthy();
      }
    }
  });

  it('describes every member of every schema', () => {
    const places = Object.entries(components.schemas).flatMap(([id, schema]) =>
      undescribed(id, schema),
    );
    expect(places).toEqual([]);
  });

  it('gives an example of every schema, which the schema accepts', () => {
    for (const id of Object.keys(components.schemas)) {
      const { schema, example } = namedSchema(id) ?? {};
      expect.soft(schema?.safeParse(example).error?.issues, id).toBeUndefined();
      expect.soft(example, id).toBeDefined();
    }
  });

  it('gives examples of parameters that the operation accepts', () => {
    for (const operation of allOperations) {
      for (const [name, schema] of parametersOf(operation)) {
        const { examples, example = (examples as readonly unknown[] | undefined)?.[0] } =
          schema.meta() ?? {};
        const given = typeof example === 'number' ? String(example) : example;
        const { error } = schema.safeParse(given);
        expect.soft(error?.issues, `${operation.id} ${name}`).toBeUndefined();
      }
    }
  });

  it('has nothing that generators of clients refuse, and promises no closed responses', () => {
    for (const [place, schema] of objectsIn(document)) {
      expect.soft(schema['items'], place).not.toBe(false);
      expect.soft(schema, place).not.toHaveProperty('writeOnly');
      expect.soft(schema['maximum'], place).not.toBe(Number.MAX_SAFE_INTEGER);
      expect.soft(schema['minimum'], place).not.toBe(Number.MIN_SAFE_INTEGER);
      if (/\/(examples|default|responses$)/.test(place)) continue;
      expect.soft(isObject(schema['default']), `${place} default`).toBe(false);
    }
    for (const [id, schema] of Object.entries(components.schemas)) {
      if (namedSchema(id)?.io !== 'output') continue;
      for (const [place, one] of objectsIn(schema, id)) {
        expect.soft(one['additionalProperties'], place).not.toBe(false);
      }
    }
  });
});

function parametersOf({ params, query }: Operation): readonly (readonly [string, ZodType])[] {
  return [...Object.entries(params.shape), ...Object.entries(query.shape)] as readonly (readonly [
    string,
    ZodType,
  ])[];
}
