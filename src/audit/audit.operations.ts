import { z } from 'zod';
import { defineOperation } from '../core/operation.js';
import { continueSchema, pageSizeSchema } from '../core/query-parameters.js';
import { auditCountsSchema, auditEventListSchema, auditEventSchema } from './audit-event.schema.js';
import { auditDimensions } from './domain/audit-dimension.js';
import { auditActions } from './domain/audit-event.js';
import { parseTime } from './domain/parse-time.js';

const name = z.string().min(1).max(512);
/** A filter by a text; some take a prefix with a final `*`. */
const named = (description: string, example: string) =>
  name.optional().meta({ description, examples: [example] });
const auditIdSchema = named('Audit id of a response, an error or a version; the whole id.', '01a2');

/** Point in time in a query. */
export function timeSchema(description: string) {
  return z
    .string()
    .max(64)
    .refine((text) => parseTime(text, 0) !== undefined, 'must be RFC 3339, or an age like 30d')
    .optional()
    .meta({ description: `${description} RFC 3339, or an age such as 30d.`, examples: ['24h'] });
}

export const auditFilterSchema = z.strictObject({
  auditId: auditIdSchema,
  namespace: named('Namespace; a final `*` stands for any end.', 'shop'),
  secret: named('Name of the Secret; a final `*` stands for any end.', 'db'),
  key: named('Name of a key.', 'password'),
  user: named('Name of the user.', 'jane@example.com'),
  group: named('A group of the user.', 'ops'),
  credential: named('Id of the credential.', 'sa:3f1c'),
  action: z
    .array(z.string().refine(isActionPattern, 'must be an action, or a prefix with a final *'))
    .max(auditActions.length)
    .optional()
    .meta({
      description: 'Action, or a prefix with a final `*`; may be repeated.',
      examples: [['secrets.*']],
    }),
  outcome: z
    .enum(['allowed', 'denied', 'failed', 'unknown'])
    .optional()
    .meta({ description: 'How it ended.', examples: ['denied'] }),
  code: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .optional()
    .meta({
      description: 'Status of the response.',
      type: 'integer',
      minimum: 0,
      maximum: 999,
      example: 403,
    }),
  source: z
    .enum(['gateway', 'cluster'])
    .optional()
    .meta({ description: 'Who reports it.', examples: ['gateway'] }),
  sourceIp: named('Address of the client.', '10.0.0.7'),
  plane: z
    .enum(['caller', 'broker', 'self', 'none'])
    .optional()
    .meta({ description: 'As whom the gateway called the API server.', examples: ['broker'] }),
  mark: named('A mark of the event.', 'dry-run'),
  since: timeSchema('Not before.'),
  until: timeSchema('Before.'),
});

function isActionPattern(text: string): boolean {
  return /^[a-zA-Z]+(\.[a-zA-Z]*)?\*$|^[a-zA-Z]+\.[a-zA-Z]+$/.test(text);
}

const listRight = '`list auditevents` in the namespace that is asked for, or everywhere';

export const listAuditEvents = defineOperation({
  id: 'listAuditEvents',
  tag: 'Audit',
  summary: 'Find audit events, newest first',
  description: 'Finds events by any of their facts. All filters must match.',
  right: listRight,
  method: 'GET',
  path: '/v1/audit/events',
  params: z.strictObject({}),
  query: auditFilterSchema.extend({ limit: pageSizeSchema, continue: continueSchema(256) }),
  repeatable: ['action'],
  body: undefined,
  action: 'audit.read',
  problems: ['Invalid', 'Expired'],
  answers: [
    {
      status: 200,
      description: 'A page of events: names of keys, never values.',
      headers: ['Link'],
      schema: auditEventListSchema,
    },
  ],
});

export const auditCountsQuery = auditFilterSchema.extend({
  by: z
    .enum(auditDimensions)
    .meta({ description: 'The fact by which events are counted.', examples: ['user'] }),
  limit: pageSizeSchema,
});

export const countAuditEvents = defineOperation({
  id: 'countAuditEvents',
  tag: 'Audit',
  summary: 'Count audit events by user, key, day or another of their facts',
  description: 'Counts the events that match all filters, for each value of one fact.',
  right: listRight,
  method: 'GET',
  path: '/v1/audit/counts',
  params: z.strictObject({}),
  query: auditCountsQuery,
  repeatable: ['action'],
  body: undefined,
  action: 'audit.read',
  problems: ['Invalid'],
  answers: [{ status: 200, description: 'The numbers.', schema: auditCountsSchema }],
});

export const getAuditEvent = defineOperation({
  id: 'getAuditEvent',
  tag: 'Audit',
  summary: 'Read one audit event',
  description: 'Reads an event by its id. Events of namespaces without the right look absent.',
  right: '`list auditevents` in the namespace of the event, or everywhere',
  method: 'GET',
  path: '/v1/audit/events/:id',
  params: z.strictObject({
    id: z
      .string()
      .regex(/^\d{1,15}$/)
      .meta({ description: 'Id of the event.', examples: ['4711'] }),
  }),
  query: z.strictObject({}),
  body: undefined,
  action: 'audit.read',
  problems: ['NotFound'],
  answers: [{ status: 200, description: 'The event.', schema: auditEventSchema }],
});
