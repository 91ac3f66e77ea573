import { z } from 'zod';
import type { Direction } from './json-schema.js';

/** Name of a schema in the description of the API, and whether requests or responses have it. */
interface ApiSchema {
  readonly id: string;
  readonly io: Direction;
}

interface NamedSchema extends ApiSchema {
  readonly schema: z.ZodType;
  readonly example: unknown;
}

interface ApiSchemaFacts {
  readonly description: string;
  /** A value that the schema accepts; contains no secret of anybody. */
  readonly example: unknown;
}

/** Schemas that the description of the API has as components. */
export const apiSchemas = z.registry<ApiSchema>();
const byName = new Map<string, NamedSchema>();

/** Returns a named schema; undefined if no module that is loaded has one of this name. */
export function namedSchema(id: string): NamedSchema | undefined {
  return byName.get(id);
}

/** Names the schema of a body that clients send. */
export function requestSchema<S extends z.ZodType>(id: string, schema: S, facts: ApiSchemaFacts) {
  return named({ id, io: 'input' }, schema, facts);
}

/** Names the schema of a body that the gateway sends. */
export function responseSchema<S extends z.ZodType>(id: string, schema: S, facts: ApiSchemaFacts) {
  return named({ id, io: 'output' }, schema, facts);
}

function named<S extends z.ZodType>(
  name: ApiSchema,
  schema: S,
  { description, example }: ApiSchemaFacts,
): S {
  const described = schema.meta({ description, examples: [example] });
  byName.set(name.id, { ...name, schema: described, example });
  apiSchemas.add(described, name);
  return described;
}

/** Point in time in responses. */
export function timestamp(description: string) {
  return z.iso.datetime({ offset: true }).meta({ description });
}

/** Point in time in responses, or null. */
export function timestampOrNull(description: string) {
  return z.iso.datetime({ offset: true }).nullable().meta({ description });
}
