import { z } from 'zod';
import { requestSchema, responseSchema } from '../../core/api-schema.js';
import { limits } from '../../core/limits.js';
import { defineOperation } from '../../core/operation.js';

const eventListSchema = requestSchema(
  'KubernetesAuditEventList',
  z.looseObject({
    kind: z.literal('EventList').meta({ description: 'Kind of the list.' }),
    apiVersion: z.literal('audit.k8s.io/v1').meta({ description: 'Version of the API.' }),
    items: z.array(z.looseObject({})).meta({ description: 'Events of the API server.' }),
  }),
  {
    description: 'A batch of events, as the audit webhook of the API server sends it.',
    example: { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [] },
  },
);

const count = (description: string) => z.int().meta({ description });
const ingestResultSchema = responseSchema(
  'IngestResult',
  z.strictObject({
    stored: count('Events that are new on record.'),
    joined: count('Events of requests that the gateway itself made.'),
    known: count('Events that were on record already.'),
    notKept: count('Events about other things than Secrets.'),
    unreadable: count('Events of which nothing could be read.'),
  }),
  {
    description: 'What became of the events of a batch.',
    example: { stored: 1, joined: 0, known: 0, notKept: 2, unreadable: 0 },
  },
);

export const ingestKubernetesEvents = defineOperation({
  id: 'ingestKubernetesEvents',
  tag: 'Audit',
  summary: "Take a batch of the API server's audit webhook",
  description:
    'Stores the events about Secrets, so that direct access to the cluster is on record as well ' +
    '(docs/see-direct-access.md). A repeated batch adds nothing.',
  right: '`create auditevents`',
  method: 'POST',
  path: '/v1/audit/kubernetes-events',
  params: z.strictObject({}),
  query: z.strictObject({
    timeout: z
      .string()
      .max(32)
      .optional()
      .meta({
        description: 'Ignored: the API server sends it to every webhook.',
        examples: ['30s'],
      }),
  }),
  body: {
    kind: 'raw',
    mediaTypes: ['application/json'],
    described: eventListSchema,
    bytesMax: limits.auditReportBytesMax,
  },
  bodiesAtOnceMax: limits.auditReportBodiesAtOnceMax,
  action: 'audit.ingest',
  problems: ['Invalid'],
  answers: [
    {
      status: 200,
      description: 'All that could be read is on record.',
      schema: ingestResultSchema,
    },
  ],
});
