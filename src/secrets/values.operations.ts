import { z } from 'zod';
import { limits } from '../core/limits.js';
import { defineOperation } from '../core/operation.js';
import { namespaceSchema, ruled, waitSecondsSchema } from './domain/parameter-schemas.js';
import { formatNames } from './domain/formats/render.js';
import { valuesEntryReason } from './domain/values/values-entry.js';
import { stringMapSchema } from './secret.schemas.js';

const entriesSchema = z
  .array(ruled(valuesEntryReason, 'SECRET, or SECRET/KEY'))
  .min(1)
  .max(limits.valuesMax)
  .refine((entries) => new Set(entries).size === entries.length, 'names the same twice');

export const getValues = defineOperation({
  id: 'getValues',
  summary: 'Read several Secrets or keys in one call: all of them, or none',
  method: 'GET',
  path: '/v1/namespaces/:namespace/values',
  params: z.strictObject({ namespace: namespaceSchema }),
  query: z
    .strictObject({
      secret: entriesSchema,
      consistency: z.enum(['cached', 'strong']).optional(),
      waitSeconds: waitSecondsSchema,
      format: z.enum(formatNames).optional(),
      encoding: z.enum(['base64']).optional(),
      names: z.enum(['upper']).optional(),
    })
    .refine(({ format, names }) => names === undefined || format === 'env', {
      path: ['names'],
      message: 'is for format=env only',
    }),
  repeatable: ['secret'],
  body: undefined,
  action: 'secrets.reveal',
  answers: [
    {
      status: 200,
      description: 'Secret → key → text; with format one merged map',
      schema: z.record(z.string(), stringMapSchema),
    },
    { status: 304, description: 'Unchanged' },
  ],
});
