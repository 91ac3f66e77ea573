import { z } from 'zod';

const text = z.string();

export const runSchema = z.strictObject({
  id: text,
  state: z.enum(['running', 'waiting', 'succeeded', 'failed', 'cancelled', 'needsOperator']),
  step: z.enum(['create', 'set', 'test', 'finish', 'retire']),
  trigger: z.enum(['schedule', 'manual']),
  requestedBy: text.nullable().meta({ description: 'User name; null: the schedule' }),
  reason: text.nullable(),
  fromVersion: z.int().nullable(),
  toVersion: z.int().nullable(),
  waitingFor: text.optional(),
  error: z.strictObject({ reason: text, message: text }).optional(),
  startedAt: text,
  stepStartedAt: text,
  retireAt: text.optional().meta({ description: 'Until then the old credential works' }),
  endedAt: text.optional(),
});

export const runListSchema = z.strictObject({
  items: z.array(runSchema),
  continue: text.optional(),
});

/** Policy as a user wrote it, and fields that only reads return. */
export const policySchema = z.looseObject({
  author: text.nullable().meta({ description: 'Who answers for it; null: it does not run' }),
  nextRunAt: text.nullable(),
  lastRun: runSchema.nullable(),
  problem: text.nullable().meta({ description: 'Which rule it breaks' }),
});
