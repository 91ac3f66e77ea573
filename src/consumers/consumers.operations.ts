import { z } from 'zod';
import { defineOperation } from '../core/operation.js';
import { namespaceSchema, secretNameSchema } from '../secrets/domain/parameter-schemas.js';
import { consumerUses } from './domain/references.js';

const consumerSchema = z.strictObject({
  kind: z.string(),
  name: z.string(),
  uses: z.array(z.enum(consumerUses)),
  pods: z.int().meta({ description: 'Those that have not ended' }),
  podsOnCurrent: z.int().meta({ description: 'Those of them that have the current version' }),
});

export const listSecretConsumers = defineOperation({
  id: 'listSecretConsumers',
  summary: 'List the workloads and Pods that reference a Secret',
  method: 'GET',
  path: '/v1/namespaces/:namespace/secrets/:name/consumers',
  params: z.strictObject({ namespace: namespaceSchema, name: secretNameSchema }),
  query: z.strictObject({}),
  body: undefined,
  action: 'secrets.get',
  answers: [
    {
      status: 200,
      description: 'By kind and name; never values',
      schema: z.strictObject({ items: z.array(consumerSchema) }),
    },
  ],
});
