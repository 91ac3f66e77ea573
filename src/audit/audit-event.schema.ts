import { z } from 'zod';
import { responseSchema, timestamp } from '../core/api-schema.js';
import { viewerScopeSchema } from '../core/viewer-scope.schema.js';

const text = (description: string) => z.string().optional().meta({ description });
const number = (description: string) => z.int().optional().meta({ description });
const texts = (description: string) => z.array(z.string()).meta({ description });

export const auditEventExample = {
  id: '4711',
  time: '2026-11-30T08:00:00.123Z',
  user: 'system:serviceaccount:shop:app',
  groups: ['system:serviceaccounts'],
  credentialId: 'sa:3f1c',
  action: 'secrets.reveal',
  outcome: 'allowed',
  code: 200,
  namespace: 'shop',
  secret: 'db',
  keys: ['password'],
  source: 'gateway',
  sourceIp: '10.0.0.7',
  plane: 'broker',
  marks: [],
  decisionReason: 'RBAC: allowed by RoleBinding "app/shop"',
  auditId: '01a22c8f-9b5b-7959-80b9-a734ef433e9b',
} as const;

export const auditEventSchema = responseSchema(
  'AuditEvent',
  z.strictObject({
    id: z.string().meta({ description: 'Id of the event; later events have greater ids.' }),
    time: timestamp('When the request was received.'),
    user: z.string().meta({ description: 'Name of the user.' }),
    groups: texts('Groups of the user.'),
    requested: text('For kubectl and other objects than Secrets: verb, resource and name.'),
    impersonatedUser: text('User as whom the caller acted.'),
    credentialId: text('Id of the credential.'),
    action: z.string().meta({ description: 'What was done (docs/audit.md).' }),
    outcome: z
      .enum(['allowed', 'denied', 'failed', 'unknown'])
      .meta({ description: 'How it ended.' }),
    code: z.int().meta({ description: 'Status of the response.' }),
    namespace: text('Namespace.'),
    secret: text('Name of the Secret.'),
    keys: texts('Names of the keys: never values.'),
    pointers: texts(
      'Places in documents of these keys: each a key, # and a JSON pointer.',
    ).optional(),
    version: number('Number of the version.'),
    source: z
      .enum(['gateway', 'cluster'])
      .meta({ description: 'Who reports it: the gateway, or the API server.' }),
    sourceIp: text('Address of the client.'),
    userAgent: text('Program of the client, as it calls itself.'),
    plane: z
      .enum(['caller', 'broker', 'self', 'none'])
      .meta({ description: 'As whom the gateway called the API server.' }),
    marks: texts('Marks, such as `aggregate` or `dry-run`.'),
    reason: text('Reason that the caller gave.'),
    onBehalfOf: text('For whom the gateway acted by itself.'),
    decisionReason: text("The authorizer's own words, or why the call failed."),
    count: number('Number of requests, if the event stands for several.'),
    unreadable: number('Events of a batch of the cluster that could not be read.'),
    parentId: text('Audit id of the request of which the event is a part.'),
    tokenId: text('Id of the token that the request came with.'),
    tokenDescription: text('What that token is for.'),
    tokenOwner: text('Who created that token.'),
    token: text('Id of the token that was created or revoked.'),
    actsAs: text('User as whom that token acts.'),
    tokenExpiresAt: text('When that token ends.'),
    tokenScope: viewerScopeSchema
      .optional()
      .meta({ description: 'What that token is limited to.' }),
    tokenScopeCount: number('Number of entries of the scope, if not all are listed.'),
    rotationRun: text('Id of the run of a rotation.'),
    rotationStep: text('Step of the run.'),
    rotationState: text('State of the run.'),
    rotationReason: text('Why the run does not continue.'),
    auditId: z.string().meta({ description: 'Audit id: `Audit-ID` of the response.' }),
  }),
  { description: 'An audit event: names, never values.', example: auditEventExample },
);

export const auditEventListSchema = responseSchema(
  'AuditEventList',
  z.strictObject({
    items: z.array(auditEventSchema).meta({ description: 'Events, newest first.' }),
    continue: z.string().optional().meta({ description: 'Cursor of the next page.' }),
  }),
  { description: 'A page of audit events.', example: { items: [auditEventExample] } },
);

export const auditCountsSchema = responseSchema(
  'AuditCounts',
  z.strictObject({
    items: z
      .array(
        z.strictObject({
          value: z.string().meta({ description: 'The value of the dimension.' }),
          count: z.int().meta({ description: 'Number of events.' }),
        }),
      )
      .meta({ description: 'Highest first; hours and days in order.' }),
    remainingItemCount: z
      .int()
      .optional()
      .meta({ description: 'Number of values that were left out.' }),
  }),
  {
    description: 'Numbers of events by one of their facts.',
    example: { items: [{ value: 'jane@example.com', count: 12 }] },
  },
);
