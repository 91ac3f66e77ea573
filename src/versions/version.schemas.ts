import { z } from 'zod';

const keySchema = z.strictObject({
  name: z.string(),
  sizeBytes: z.int(),
  version: z.int().meta({ description: 'In which it last changed' }),
});
const text = z.string().nullable();

export const versionViewSchema = z.strictObject({
  version: z.int(),
  state: z.enum(['live', 'deleted', 'destroyed']),
  aliases: z.array(z.string()),
  createdAt: z.string(),
  createdBy: text.meta({ description: 'User name' }),
  door: z.enum(['rest', 'graphql', 'kubectl', 'rotation', 'restore', 'external']),
  reason: text,
  auditId: text,
  fieldManager: text.meta({ description: "Of a change behind the gateway's back: a hint" }),
  onBehalfOf: text.meta({ description: 'Who asked for a rotation, or wrote its policy' }),
  restoredFrom: z.int().nullable().meta({ description: 'Version that a restore brought back' }),
  type: z.string(),
  immutable: z.boolean(),
  labels: z.record(z.string(), z.string()),
  keys: z.array(keySchema),
  gap: z.boolean().meta({ description: 'States before it were missed' }),
  retired: z.boolean().meta({ description: 'A rotation has ended the credential that it holds' }),
  endedAt: text.meta({ description: 'When it was deleted or destroyed' }),
});

export const versionListSchema = z.strictObject({
  items: z.array(versionViewSchema),
  continue: z.string().optional(),
});

/** Callers who may not see versions get only number and state. */
export const versionResultSchema = versionViewSchema
  .partial()
  .required({ version: true, state: true });

export const diffSchema = z.strictObject({
  from: z.int(),
  to: z.int(),
  added: z.array(keySchema),
  removed: z.array(keySchema),
  changed: z.array(z.strictObject({ name: z.string(), fromBytes: z.int(), toBytes: z.int() })),
  typeChanged: z.boolean(),
  immutableChanged: z.boolean(),
  labelsChanged: z.array(z.string()),
  annotationsChanged: z.array(z.string()),
});

export const namespaceRestoreSchema = z.strictObject({
  items: z.array(
    z.strictObject({
      name: z.string(),
      fromVersion: z.int().nullable(),
      toVersion: z.int().nullable(),
      action: z.enum(['restore', 'recreate', 'none']),
      error: text,
    }),
  ),
});
