import { z } from 'zod';
import { limits } from '../../core/limits.js';
import { defineOperation } from '../../core/operation.js';

export const ingestKubernetesEvents = defineOperation({
  id: 'ingestKubernetesEvents',
  summary: "Take a batch of the API server's audit webhook: an audit.k8s.io/v1 EventList",
  method: 'POST',
  path: '/v1/audit/kubernetes-events',
  params: z.strictObject({}),
  // The API server sends its timeout with each request to a webhook.
  query: z.strictObject({ timeout: z.string().max(32).optional() }),
  body: {
    kind: 'raw',
    mediaTypes: ['application/json'],
    bytesMax: limits.auditReportBytesMax,
  },
  bodiesAtOnceMax: limits.auditReportBodiesAtOnceMax,
  action: 'audit.ingest',
  answers: [
    {
      status: 200,
      description: 'All that could be read is on record; how much of it was new',
      schema: z.strictObject({
        stored: z.int(),
        joined: z.int(),
        known: z.int(),
        notKept: z.int(),
        unreadable: z.int().meta({ description: 'Events of which nothing could be read' }),
      }),
    },
  ],
});
