import { z } from 'zod';
import { responseSchema } from '../core/api-schema.js';
import { defineOperation } from '../core/operation.js';
import { continueSchema, pageSizeSchema } from '../core/query-parameters.js';

const namespaceListSchema = responseSchema(
  'NamespaceList',
  z.strictObject({
    items: z
      .array(
        z.strictObject({
          name: z.string().meta({ description: 'Name of the namespace.' }),
          labels: z.record(z.string(), z.string()).meta({ description: 'Labels of Kubernetes.' }),
          served: z
            .boolean()
            .meta({ description: 'Whether histories and rights of the gateway work there.' }),
        }),
      )
      .meta({ description: 'Namespaces by name.' }),
    continue: z.string().optional().meta({ description: 'Cursor of the next page.' }),
  }),
  {
    description: 'A page of namespaces.',
    example: { items: [{ name: 'shop', labels: { team: 'shop' }, served: true }] },
  },
);

export const listNamespaces = defineOperation({
  id: 'listNamespaces',
  tag: 'Namespaces',
  summary: 'List the namespaces in which the caller may list Secrets',
  description: 'Lists the namespaces that the caller can use; others are left out.',
  right: '`list secrets` or `list secretmetadata` in each namespace',
  method: 'GET',
  path: '/v1/namespaces',
  params: z.strictObject({}),
  query: z.strictObject({ limit: pageSizeSchema, continue: continueSchema(1_024) }),
  body: undefined,
  action: 'namespaces.list',
  problems: ['Expired', 'Invalid'],
  answers: [
    {
      status: 200,
      description: 'A page of namespaces.',
      headers: ['Link'],
      schema: namespaceListSchema,
    },
  ],
});
