import { z } from 'zod';
import { defineOperation } from '../core/operation.js';
import { pageSizeSchema } from '../core/page.js';

const namespaceSchema = z.strictObject({
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  served: z.boolean(),
});

export const listNamespaces = defineOperation({
  id: 'listNamespaces',
  summary: 'List the namespaces in which the caller may list Secrets',
  method: 'GET',
  path: '/v1/namespaces',
  params: z.strictObject({}),
  query: z.strictObject({
    limit: pageSizeSchema,
    continue: z.string().min(1).max(1_024).optional(),
  }),
  body: undefined,
  action: 'namespaces.list',
  answers: [
    {
      status: 200,
      description: 'Namespaces by name',
      schema: z.strictObject({
        items: z.array(namespaceSchema),
        continue: z.string().optional(),
      }),
    },
  ],
});
