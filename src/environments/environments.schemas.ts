import { z } from 'zod';
import { requestSchema, responseSchema } from '../core/api-schema.js';
import { environmentSpecSchema } from './domain/environment-spec.js';
import { environmentReadOnly } from './domain/environment-view.js';

const specExample = {
  imports: ['base'],
  values: {
    DB_HOST: { value: 'db.pay.svc' },
    DB_PASSWORD: { secret: { name: 'db', key: 'password' } },
    DSN: { template: 'postgresql://app:{{ DB_PASSWORD | urlencode }}@{{ DB_HOST }}/app' },
  },
};

export const environmentSchema = responseSchema(
  'SecretEnvironment',
  z.looseObject({
    name: z.string().meta({ description: 'Name of the environment.' }),
    ...environmentSpecSchema.partial().shape,
    problems: z
      .array(
        z.strictObject({
          pointer: z.string().meta({ description: 'Position in the definition (RFC 6901).' }),
          reason: z.string().meta({ description: 'What is wrong.' }),
        }),
      )
      .meta({
        description:
          'Why a read of the values cannot succeed; in a list, mistakes of the definition alone.',
      }),
  }),
  {
    description: 'The definition: names and sources of values, never a value of a key.',
    example: { name: 'app', ...specExample, problems: [] },
  },
);

export const environmentListSchema = responseSchema(
  'SecretEnvironmentList',
  z.strictObject({
    items: z.array(environmentSchema).meta({ description: 'Environments by name.' }),
    continue: z.string().optional().meta({ description: 'Cursor of the next page.' }),
  }),
  { description: 'A page of environments.', example: { items: [] } },
);

const any = z.unknown().optional().meta({ description: 'Ignored: of a body that was read.' });

export const environmentBodySchema = requestSchema(
  'SecretEnvironmentWrite',
  environmentSpecSchema.extend(
    Object.fromEntries(environmentReadOnly.map((name) => [name, any])) as Record<
      (typeof environmentReadOnly)[number],
      typeof any
    >,
  ),
  { description: 'An environment. A body that was read is valid.', example: specExample },
);

export const environmentValuesSchema = responseSchema(
  'SecretEnvironmentValues',
  z.record(z.string(), z.record(z.string(), z.string())),
  {
    description: 'Values by environment and name. With `format`, a file is rendered.',
    example: { app: { DB_HOST: 'db.pay.svc', DB_PASSWORD: 'correct horse' } },
  },
);
