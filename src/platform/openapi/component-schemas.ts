import { z } from 'zod';
import { apiSchemas, namedSchema } from '../../core/api-schema.js';
import { type Direction, type Json, jsonSchemaOptions, schemaOf } from '../../core/json-schema.js';

/** Schemas of the description: named schemas are components, all others are written in place. */
export class ComponentSchemas {
  readonly #rendered: Readonly<Record<Direction, Readonly<Record<string, Json>>>> = {
    input: renderNamed('input'),
    output: renderNamed('output'),
  };
  readonly #used = new Map<string, Json>();

  /** Returns a reference to a named schema; throws Error if the schema has no name. */
  reference(schema: z.ZodType): Json {
    const name = apiSchemas.get(schema);
    if (name === undefined) throw new Error('a body of the API has a schema without a name');
    this.#use(name.id, name.io);
    return { $ref: referenceTo(name.id) };
  }

  /** Returns the JSON Schema of a text, bytes, or a named schema. */
  ofBody(schema: z.ZodType): Json {
    return apiSchemas.has(schema) ? this.reference(schema) : schemaOf(schema, 'output');
  }

  /** Returns all schemas that were referred to, and those to which they refer, by name. */
  all(): Json {
    const sorted = [...this.#used].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted);
  }

  #use(id: string, io: Direction): void {
    const schema = this.#rendered[io][id];
    if (schema === undefined || this.#used.has(id)) return;
    this.#used.set(id, schema);
    for (const nested of namesIn(schema)) this.#use(nested, namedSchema(nested)?.io ?? io);
  }
}

function renderNamed(io: Direction): Readonly<Record<string, Json>> {
  const { schemas } = z.toJSONSchema(apiSchemas, { ...jsonSchemaOptions(io), uri: referenceTo });
  const entries = Object.entries(schemas).map(([id, schema]) => {
    const { $schema: _dialect, $id: _id, id: _name, ...json } = schema as Json;
    return [id, json] as const;
  });
  return Object.fromEntries(entries);
}

function referenceTo(id: string): string {
  return `#/components/schemas/${id}`;
}

function namesIn(schema: Json): readonly string[] {
  const text = JSON.stringify(schema);
  return [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, id = '']) => id);
}
