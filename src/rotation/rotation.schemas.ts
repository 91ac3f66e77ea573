import { z } from 'zod';
import { requestSchema, responseSchema, timestamp, timestampOrNull } from '../core/api-schema.js';
import { type Json, schemaOf } from '../core/json-schema.js';
import { readOnlyMembers } from './domain/policy-view.js';
import { specSchema } from './domain/spec-schema.js';
import { withDescriptions } from './spec-descriptions.js';

const runExample = {
  id: '5d1b0f0e-6a0f-4b7e-8a55-0c1d2e3f4a5b',
  state: 'succeeded',
  step: 'retire',
  trigger: 'schedule',
  requestedBy: null,
  reason: null,
  fromVersion: 2,
  toVersion: 3,
  startedAt: '2026-11-30T08:00:00Z',
  stepStartedAt: '2026-11-30T09:00:00Z',
  endedAt: '2026-11-30T09:00:01Z',
};

export const runSchema = responseSchema(
  'RotationRun',
  z.strictObject({
    id: z.string().meta({ description: 'Id of the run.' }),
    state: z
      .enum(['running', 'waiting', 'succeeded', 'failed', 'cancelled', 'needsOperator'])
      .meta({ description: 'How the run stands.' }),
    step: z
      .enum(['create', 'set', 'test', 'finish', 'retire'])
      .meta({ description: 'The step that it has come to.' }),
    trigger: z
      .enum(['schedule', 'manual'])
      .meta({ description: 'What started it: the schedule or a request.' }),
    requestedBy: z
      .string()
      .nullable()
      .meta({ description: 'User who requested it; null for the schedule.' }),
    reason: z.string().nullable().meta({ description: 'Reason of the request.' }),
    fromVersion: z
      .int()
      .nullable()
      .meta({ description: 'Version of the Secret before; null if it is not known.' }),
    toVersion: z
      .int()
      .nullable()
      .meta({ description: 'Version with the new values; null before it is published.' }),
    waitingFor: z.string().optional().meta({ description: 'What the run waits for.' }),
    error: z
      .strictObject({
        reason: z.string().meta({ description: 'One word of docs/rotation.md.' }),
        message: z.string().meta({ description: 'A sentence.' }),
      })
      .optional()
      .meta({ description: 'Why the run ended, or does not continue.' }),
    startedAt: timestamp('When the run started.'),
    stepStartedAt: timestamp('When the step started.'),
    retireAt: timestamp('Until then, the former credential works.').optional(),
    endedAt: timestamp('When the run ended; absent until then.').optional(),
  }),
  { description: 'A run of a rotation.', example: runExample },
);

export const runListSchema = responseSchema(
  'RotationRunList',
  z.strictObject({
    items: z.array(runSchema).meta({ description: 'Runs, newest first.' }),
    continue: z.string().optional().meta({ description: 'Cursor of the next page.' }),
  }),
  { description: 'A page of runs.', example: { items: [runExample] } },
);

export const runRequestSchema = requestSchema(
  'RotationRunRequest',
  z.strictObject({
    reason: z
      .string()
      .min(1)
      .max(512)
      .optional()
      .meta({ description: 'Why; the run and the audit event contain it.' }),
    retireAfter: z
      .string()
      .max(32)
      .optional()
      .meta({ description: 'Replaces that of the policy: `0s` after a leak.' }),
  }),
  { description: 'How to rotate now.', example: { reason: 'leaked', retireAfter: '0s' } },
);

const specExample = {
  generate: [{ key: 'password', password: { length: 32 } }],
  schedule: { every: '30d' },
};

/** Policy as a user wrote it, and fields that only reads return. */
export const policySchema = responseSchema(
  'RotationPolicy',
  z.looseObject({
    author: z
      .string()
      .nullable()
      .meta({ description: 'User who answers for it; null: the policy does not run.' }),
    nextRunAt: timestampOrNull('When the next run starts; null if none is planned.'),
    lastRun: runSchema.nullable().meta({ description: 'The latest run; null if there is none.' }),
    problem: z.string().nullable().meta({ description: 'Rule that the policy breaks.' }),
  }),
  {
    description: 'The spec of a rotation as it was written, and how it stands.',
    example: {
      ...specExample,
      author: 'jane@example.com',
      nextRunAt: '2026-12-30T08:00:00Z',
      lastRun: runExample,
      problem: null,
    },
  },
);

/** The service parses the body by `specSchema`, after it removes the read-only members. */
export const policyBodySchema = requestSchema(
  'RotationPolicyWrite',
  z.looseObject({}).meta(writtenSpec()),
  {
    description: 'The spec of a SecretRotation without secretName. A body that was read is valid.',
    example: specExample,
  },
);

/** Returns the JSON Schema of a body: the spec, and ignored members of a read body. */
function writtenSpec(): Readonly<Record<string, unknown>> {
  const { properties, ...rest } = schemaOf(specSchema, 'input');
  const ignored = readOnlyMembers.map((name) => [name, {}] as const);
  return withDescriptions({
    ...rest,
    properties: { ...(properties as Json), ...Object.fromEntries(ignored) }, // of an object
  });
}
