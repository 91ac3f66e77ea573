import { z } from 'zod';
import { schemaLimits } from '../../core/schema-limits.js';
import {
  singleValueKinds,
  singleValueSchemas,
} from '../../rotation/domain/generated/single-value-schema.js';
import { keySchema } from '../../secrets/domain/parameter-schemas.js';
import { kinds } from './kinds/kinds.js';

const TEXT_MAX = 1_024;
const description = z.string().max(TEXT_MAX).optional();

function hasOneMember(one: object): boolean {
  return Object.keys(one).length === 1;
}

/** Returns the message for an object of which exactly one member may be there. */
function notOne(names: readonly string[]) {
  const error = ({ input }: { readonly input?: unknown }): string => {
    const given = Object.keys(Object(input) as object);
    const head = given.length < 2 ? '' : `has ${given.join(' and ')}; `;
    return `${head}expected exactly one of ${names.join(', ')}`;
  };
  return { error };
}

const generatorSchema = z
  .strictObject({
    password: singleValueSchemas.password.optional(),
    bytes: singleValueSchemas.bytes.optional(),
    uuid: singleValueSchemas.uuid.optional(),
  })
  .refine(hasOneMember, notOne(singleValueKinds));

const keySpecSchema = z.strictObject({
  description: description.meta({ description: 'What the key is for.' }),
  examples: z
    .array(z.string().max(TEXT_MAX))
    .max(schemaLimits.alternativesMax)
    .optional()
    .meta({ description: 'Values for readers of the schema; none may be a real one.' }),
  required: z.boolean().default(false).meta({ description: 'Whether the key must be there.' }),
  generate: generatorSchema.optional().meta({
    description:
      'Generator of the value that a new Secret gets if the request over REST or GraphQL has none.',
  }),
  kind: z
    .enum([...kinds.keys()])
    .optional()
    .meta({ description: 'Format that the value must have.' }),
  passwordKey: keySchema
    .optional()
    .meta({ description: 'Key with the password of a key store of kind `pkcs12` or `jks`.' }),
  format: z
    .enum(['text', 'json'])
    .default('text')
    .meta({ description: 'Whether `schema` checks the text, or the JSON that the text is.' }),
  schema: z
    .unknown()
    .optional()
    .meta({ description: 'JSON Schema 2020-12; references stay within it.' }),
});

const expirySchema = z
  .strictObject({
    certificate: keySchema.optional().meta({ description: 'Key with a PEM certificate.' }),
    jwt: keySchema.optional().meta({ description: 'Key with a JSON Web Token.' }),
    key: keySchema.optional().meta({ description: 'Key with a time (RFC 3339).' }),
    annotation: z
      .string()
      .min(1)
      .max(317)
      .optional()
      .meta({ description: 'Annotation with a time (RFC 3339).' }),
  })
  .refine(hasOneMember, notOne(['certificate', 'jwt', 'key', 'annotation']));

/** Spec of a SecretSchema: `deploy/crds/secretschemas.yaml`. */
export const schemaSpecSchema = z.strictObject({
  description: description.meta({ description: 'What Secrets of this schema are for.' }),
  appliesTo: z
    .strictObject({
      types: z
        .array(z.string().min(1).max(253))
        .max(schemaLimits.typesMax)
        .default([])
        .meta({ description: 'Types of Secrets.' }),
      label: z
        .string()
        .regex(/^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/)
        .optional()
        .meta({ description: 'Value of the label `sallyport.dev/schema`.' }),
    })
    .refine(({ types, label }) => types.length > 0 || label !== undefined, {
      message: 'must name a type or a label',
    })
    .meta({ description: 'Which Secrets the schema is for.' }),
  mode: z
    .enum(['warn', 'enforce'])
    .meta({ description: 'Whether a violation warns, or refuses the write.' }),
  checkUnchanged: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether a write also answers for keys that it leaves as they are.' }),
  additionalKeys: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether keys are allowed that the schema does not name.' }),
  keys: z
    .record(keySchema, keySpecSchema)
    .default({})
    .refine((keys) => Object.keys(keys).length <= schemaLimits.keysMax, 'has too many keys')
    .meta({ description: 'Rules by key.' }),
  oneOf: z
    .array(
      z.strictObject({
        required: z
          .array(keySchema)
          .min(1)
          .max(schemaLimits.keysMax)
          .meta({ description: 'Keys of the set.' }),
      }),
    )
    .max(schemaLimits.alternativesMax)
    .default([])
    .meta({ description: 'Sets of keys of which exactly one is there as a whole.' }),
  rules: z
    .array(
      z.strictObject({
        rule: z
          .string()
          .min(1)
          .max(TEXT_MAX)
          .meta({ description: 'Expression of CEL over `secret`, a map of texts by key.' }),
        message: z
          .string()
          .min(1)
          .max(TEXT_MAX)
          .optional()
          .meta({ description: 'What a violation says.' }),
      }),
    )
    .max(schemaLimits.rulesMax)
    .default([])
    .meta({ description: 'Rules over several keys.' }),
  expires: expirySchema.optional().meta({ description: 'Where the end of the values stands.' }),
});

export type SchemaSpec = z.output<typeof schemaSpecSchema>;
export type KeySpec = SchemaSpec['keys'][string];

/** Returns the spec of a body without what a write ignores. */
export function schemaSpecOf(body: SchemaSpec & Readonly<Record<string, unknown>>): SchemaSpec {
  const names = Object.keys(schemaSpecSchema.shape);
  const entries = Object.entries(body).filter(([name]) => names.includes(name));
  return Object.fromEntries(entries) as SchemaSpec; // the schema has checked each member
}
