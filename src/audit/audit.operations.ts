import { z } from 'zod';
import { viewerScopeSchema } from '../core/viewer-scope.schema.js';
import { defineOperation } from '../core/operation.js';
import { pageSizeSchema } from '../core/page.js';
import { auditDimensions } from './domain/audit-dimension.js';
import { auditActions } from './domain/audit-event.js';
import { parseTime } from './domain/parse-time.js';

const name = z.string().min(1).max(512);
const auditIdSchema = name.meta({
  description: 'Of an answer (`Audit-ID`), an error or a version; whole',
});
const time = z
  .string()
  .max(64)
  .refine((text) => parseTime(text, 0) !== undefined, 'must be RFC 3339, or an age like 30d');

const eventSchema = z.strictObject({
  id: z.string(),
  time: z.string(),
  user: z.string(),
  groups: z.array(z.string()),
  requested: z.string().optional().meta({
    description: 'Of a request of kubectl on something else than a Secret: verb, resource, name',
  }),
  impersonatedUser: z.string().optional().meta({ description: 'As whom the user acted' }),
  credentialId: z.string().optional(),
  action: z.string(),
  outcome: z.enum(['allowed', 'denied', 'failed', 'unknown']),
  code: z.int(),
  namespace: z.string().optional(),
  secret: z.string().optional(),
  keys: z.array(z.string()),
  version: z.int().optional(),
  source: z.enum(['gateway', 'cluster']),
  sourceIp: z.string().optional(),
  userAgent: z.string().optional(),
  plane: z.enum(['caller', 'broker', 'self', 'none']),
  marks: z.array(z.string()),
  reason: z.string().optional(),
  onBehalfOf: z.string().optional().meta({ description: 'Whom the gateway acted for by itself' }),
  decisionReason: z.string().optional(),
  count: z.int().optional(),
  unreadable: z
    .int()
    .optional()
    .meta({ description: 'Events of a batch of the cluster that could not be read' }),
  parentId: z.string().optional(),
  tokenId: z.string().optional().meta({ description: 'Of the token that the call came with' }),
  tokenDescription: z.string().optional(),
  tokenOwner: z.string().optional().meta({ description: 'Who minted it' }),
  token: z.string().optional().meta({ description: 'Id of the token that was minted or revoked' }),
  actsAs: z.string().optional(),
  tokenExpiresAt: z.string().optional(),
  tokenScope: viewerScopeSchema.optional(),
  tokenScopeCount: z.int().optional().meta({ description: 'Where not all entries are listed' }),
  rotationRun: z.string().optional().meta({ description: 'Run of a rotation' }),
  rotationStep: z.string().optional(),
  rotationState: z.string().optional(),
  rotationReason: z.string().optional().meta({ description: 'Why it does not go on' }),
  auditId: z.string(),
});

export const auditFilterSchema = z.strictObject({
  auditId: auditIdSchema.optional(),
  namespace: name.optional(),
  secret: name.optional(),
  key: name.optional(),
  user: name.optional(),
  group: name.optional(),
  credential: name.optional(),
  action: z
    .array(z.string().refine(isActionPattern, 'must be an action, or a prefix with a final *'))
    .max(auditActions.length)
    .optional(),
  outcome: z.enum(['allowed', 'denied', 'failed', 'unknown']).optional(),
  code: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .optional(),
  source: z.enum(['gateway', 'cluster']).optional(),
  sourceIp: name.optional(),
  plane: z.enum(['caller', 'broker', 'self', 'none']).optional(),
  mark: name.optional(),
  since: time.optional(),
  until: time.optional(),
});

function isActionPattern(text: string): boolean {
  return /^[a-zA-Z]+(\.[a-zA-Z]*)?\*$|^[a-zA-Z]+\.[a-zA-Z]+$/.test(text);
}

export const listAuditEvents = defineOperation({
  id: 'listAuditEvents',
  summary: 'Find audit events, newest first',
  method: 'GET',
  path: '/v1/audit/events',
  params: z.strictObject({}),
  query: auditFilterSchema.extend({
    limit: pageSizeSchema,
    continue: z.string().min(1).max(256).optional(),
  }),
  repeatable: ['action'],
  body: undefined,
  action: 'audit.read',
  answers: [
    {
      status: 200,
      description: 'Events; key names, never values',
      schema: z.strictObject({ items: z.array(eventSchema), continue: z.string().optional() }),
    },
  ],
});

export const auditCountsQuery = auditFilterSchema.extend({
  by: z.enum(auditDimensions),
  limit: pageSizeSchema,
});

export const countAuditEvents = defineOperation({
  id: 'countAuditEvents',
  summary: 'Count audit events by user, key, day or another of their facts',
  method: 'GET',
  path: '/v1/audit/counts',
  params: z.strictObject({}),
  query: auditCountsQuery,
  repeatable: ['action'],
  body: undefined,
  action: 'audit.read',
  answers: [
    {
      status: 200,
      description: 'Highest first; hours and days in order. `remainingItemCount`: values left out',
      schema: z.strictObject({
        items: z.array(z.strictObject({ value: z.string(), count: z.int() })),
        remainingItemCount: z.int().optional(),
      }),
    },
  ],
});

export const getAuditEvent = defineOperation({
  id: 'getAuditEvent',
  summary: 'Read one audit event',
  method: 'GET',
  path: '/v1/audit/events/:id',
  params: z.strictObject({ id: z.string().regex(/^\d{1,15}$/) }),
  query: z.strictObject({}),
  body: undefined,
  action: 'audit.read',
  answers: [{ status: 200, description: 'The event', schema: eventSchema }],
});
