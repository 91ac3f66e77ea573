import { z } from 'zod';
import { textBody } from '../core/api-body.js';
import { responseSchema } from '../core/api-schema.js';
import { limits } from '../core/limits.js';
import { defineOperation } from '../core/operation.js';
import {
  conditions,
  hasNamedFormat,
  namedFormatRequired,
  namespaceSchema,
  ruled,
  valuesQuery,
} from './domain/parameter-schemas.js';
import { valuesEntryReason } from './domain/values/values-entry.js';
import { stringMapSchema } from './secret.schemas.js';

const entriesSchema = z
  .array(ruled(valuesEntryReason, { description: 'SECRET, or SECRET/KEY.', example: 'db' }))
  .min(1)
  .max(limits.valuesMax)
  .refine((entries) => new Set(entries).size === entries.length, 'names the same twice')
  .meta({
    description: `A Secret, or a key of it as SECRET/KEY; at most ${limits.valuesMax} of them.`,
    examples: [['db', 'cache/password']],
  });

const valuesSchema = responseSchema('Values', z.record(z.string(), stringMapSchema), {
  description: 'Values as text, by Secret and key. With `format`, one map of all keys is rendered.',
  example: { db: { username: 'app', password: 'correct horse' }, cache: { password: 'battery' } },
});

export const getValues = defineOperation({
  id: 'getValues',
  tag: 'Values',
  summary: 'Read several Secrets or keys in one call: all of them, or none',
  description:
    'Reads Secrets and keys of one namespace at once. Each entry counts as a request. If one ' +
    'cannot be read, the response is its problem, and nothing was revealed.',
  right: '`get secrets` for each Secret, or `get secretkeys` for each key',
  method: 'GET',
  path: '/v1/namespaces/:namespace/values',
  params: z.strictObject({ namespace: namespaceSchema }),
  query: z
    .strictObject({ secret: entriesSchema, ...valuesQuery('Renders all keys as one file.') })
    .refine(hasNamedFormat, namedFormatRequired),
  repeatable: ['secret'],
  headers: conditions,
  body: undefined,
  action: 'secrets.reveal',
  problems: ['NotFound', 'Invalid', 'Conflict', 'TooLarge'],
  answers: [
    {
      status: 200,
      description: 'The values by Secret and key; with `format` a file.',
      headers: ['ETag'],
      schema: valuesSchema,
      content: {
        'text/plain': textBody('The values as env, dotenv, docker or properties.', 'A=b\n'),
        'application/yaml': textBody('The values as YAML.', 'password: "correct horse"\n'),
      },
    },
    { status: 304, description: 'The caller has the present values already.', headers: ['ETag'] },
  ],
});
