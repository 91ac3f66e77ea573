import { z } from 'zod';

export type Json = Readonly<Record<string, unknown>>;
/** Whether clients send what a schema describes, or the gateway does. */
export type Direction = 'input' | 'output';
type MutableJson = Record<string, unknown>;

/** Returns a schema as JSON Schema, without names. */
export function schemaOf(schema: z.ZodType, io: Direction): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, jsonSchemaOptions(io));
  return json;
}

/** Returns how schemas of the API become JSON Schema. */
export function jsonSchemaOptions(io: Direction) {
  return {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }: { readonly jsonSchema: object }) =>
      tidy(jsonSchema as MutableJson, io),
  } as const;
}

/** Removes what generators of clients refuse or what is no promise to clients. */
function tidy(schema: MutableJson, io: Direction): void {
  // Members may be added to responses at any time.
  if (io === 'output' && schema['additionalProperties'] === false) {
    delete schema['additionalProperties'];
  }
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
  const isFormatted = schema['type'] === 'integer' || schema['format'] === 'date-time';
  if (isFormatted) delete schema['pattern'];
  if (typeof schema['default'] === 'object') delete schema['default'];
  const { enum: values } = schema;
  if (Array.isArray(values) && values.every(Number.isInteger)) schema['type'] = 'integer';
}
