import { z } from 'zod';
import { responseSchema } from '../core/api-schema.js';
import { defineOperation } from '../core/operation.js';
import { namespaceSchema, secretNameSchema } from '../secrets/domain/parameter-schemas.js';
import { consumerUses } from './domain/references.js';

export const consumersSchema = responseSchema(
  'SecretConsumers',
  z.strictObject({
    items: z
      .array(
        z.strictObject({
          kind: z.string().meta({ description: 'Kind of the workload, or Pod.' }),
          name: z.string().meta({ description: 'Name of the workload.' }),
          uses: z.array(z.enum(consumerUses)).meta({ description: 'How it uses the Secret.' }),
          pods: z.int().meta({ description: 'Pods that have not ended.' }),
          podsOnCurrent: z
            .int()
            .meta({ description: 'Those of them that have the present version.' }),
        }),
      )
      .meta({ description: 'Workloads by kind and name.' }),
  }),
  {
    description: 'Workloads and Pods that reference a Secret.',
    example: {
      items: [{ kind: 'Deployment', name: 'app', uses: ['env'], pods: 3, podsOnCurrent: 2 }],
    },
  },
);

export const listSecretConsumers = defineOperation({
  id: 'listSecretConsumers',
  tag: 'Rotations',
  summary: 'List the workloads and Pods that reference a Secret',
  description: 'Lists who uses a Secret, and how many Pods have its present version.',
  right: '`get secrets` or `get secretmetadata`',
  method: 'GET',
  path: '/v1/namespaces/:namespace/secrets/:name/consumers',
  params: z.strictObject({ namespace: namespaceSchema, name: secretNameSchema }),
  query: z.strictObject({}),
  body: undefined,
  action: 'secrets.get',
  problems: ['NotFound', 'Invalid'],
  answers: [{ status: 200, description: 'The workloads.', schema: consumersSchema }],
});
