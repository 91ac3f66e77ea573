import { z } from 'zod';
import { requestSchema, responseSchema, timestampOrNull } from '../core/api-schema.js';
import { schemaSpecSchema } from './domain/schema-spec.js';
import { schemaReadOnly } from './domain/schema-view.js';

const specExample = {
  description: 'Login of PostgreSQL.',
  appliesTo: { types: ['example.com/postgres'], label: 'postgres-login' },
  mode: 'enforce',
  keys: {
    username: { required: true, schema: { type: 'string', pattern: '^[a-z_]{1,63}$' } },
    dsn: { kind: 'dsn.postgresql' },
  },
  rules: [{ rule: 'secret.dsn.contains(secret.username)', message: 'dsn and username differ' }],
};

const shown = schemaSpecSchema.partial();

export const secretSchemaSchema = responseSchema(
  'SecretSchema',
  z.looseObject({
    name: z.string().meta({ description: 'Name of the schema.' }),
    ...shown.shape,
    builtIn: z.boolean().meta({ description: 'Whether it is part of the gateway.' }),
    state: z
      .enum(['Valid', 'Invalid'])
      .meta({ description: 'Invalid: it cannot be used, and nothing is checked by it.' }),
    problems: z
      .array(
        z.strictObject({
          pointer: z.string().meta({ description: 'Position in the schema (RFC 6901).' }),
          reason: z.string().meta({ description: 'What is wrong.' }),
        }),
      )
      .meta({ description: 'Why it is invalid.' }),
    violations: z
      .strictObject({
        refused: z.int().min(0).meta({ description: 'Writes that were refused.' }),
        warned: z.int().min(0).meta({ description: 'Writes that were stored with a warning.' }),
      })
      .meta({ description: 'Writes that broke it, with a delay of seconds.' }),
  }),
  {
    description: 'The rules of a schema as they were written, and whether they can be used.',
    example: {
      name: 'postgres-login',
      ...specExample,
      keys: {
        username: { required: true, format: 'text', schema: specExample.keys.username.schema },
        dsn: { required: false, format: 'text', kind: specExample.keys.dsn.kind },
      },
      builtIn: false,
      state: 'Valid',
      problems: [],
      violations: { refused: 0, warned: 0 },
    },
  },
);

export const secretSchemaListSchema = responseSchema(
  'SecretSchemaList',
  z.strictObject({
    items: z.array(secretSchemaSchema).meta({ description: 'Schemas by name.' }),
    continue: z.string().optional().meta({ description: 'Cursor of the next page.' }),
  }),
  { description: 'A page of schemas.', example: { items: [] } },
);

const any = z.unknown().optional().meta({ description: 'Ignored: of a body that was read.' });

export const secretSchemaBodySchema = requestSchema(
  'SecretSchemaWrite',
  schemaSpecSchema.extend(
    Object.fromEntries(schemaReadOnly.map((name) => [name, any])) as Record<
      (typeof schemaReadOnly)[number],
      typeof any
    >,
  ),
  { description: 'A schema. A body that was read is valid.', example: specExample },
);

const texts = z.record(z.string(), z.string());

export const validationBodySchema = requestSchema(
  'SecretValidation',
  z.strictObject({
    annotations: texts.optional().meta({ description: 'Annotations of the Secret.' }),
    stringData: texts.optional().meta({ description: 'Values as text, by key.' }),
    data: texts.optional().meta({ description: 'Values in base64, by key.' }),
  }),
  {
    description: 'Keys and values that a schema judges. Nothing is stored.',
    example: { stringData: { username: 'app', dsn: 'postgresql://app@db/app' } },
  },
);

export const validationResultSchema = responseSchema(
  'SecretValidationResult',
  z.strictObject({
    valid: z.boolean().meta({ description: 'Whether no rule is broken.' }),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().meta({ description: 'Position in the body (RFC 6901).' }),
          reason: z.string().meta({ description: 'Broken rule, without a part of the value.' }),
        }),
      )
      .meta({ description: 'Broken rules.' }),
    expiresAt: timestampOrNull('When the values end, if the schema names the source; else null.'),
  }),
  {
    description: 'What the values break of a schema.',
    example: {
      valid: false,
      errors: [{ pointer: '/data/username', reason: 'is required by the schema' }],
      expiresAt: null,
    },
  },
);
