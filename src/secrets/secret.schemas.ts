import { z } from 'zod';

export const stringMapSchema = z.record(z.string(), z.string());
const patchMapSchema = z.record(z.string(), z.string().nullable());

/** Members of a read body that a write accepts unread. */
const readOnlyMembers = {
  ownerReferences: z.unknown().optional(),
  version: z.unknown().optional(),
  createdAt: z.unknown().optional(),
  updatedAt: z.unknown().optional(),
  updatedBy: z.unknown().optional(),
};
const writeMembers = {
  namespace: z.string().optional(),
  name: z.string().optional(),
  uid: z.string().optional(),
  type: z.string().optional(),
  immutable: z.boolean().optional(),
  resourceVersion: z.string().optional(),
};

export const writeBodySchema = z.strictObject({
  ...writeMembers,
  labels: stringMapSchema.optional(),
  annotations: stringMapSchema.optional(),
  stringData: stringMapSchema.optional().meta({ description: 'Key → text', writeOnly: true }),
  data: stringMapSchema.optional().meta({ description: 'Key → base64', writeOnly: true }),
  ...readOnlyMembers,
});

const mergePatchSchema = z.strictObject({
  ...writeMembers,
  labels: patchMapSchema.optional(),
  annotations: patchMapSchema.optional(),
  stringData: patchMapSchema.optional(),
  data: patchMapSchema.optional(),
  ...readOnlyMembers,
});
const jsonPatchSchema = z.array(z.looseObject({ op: z.string(), path: z.string() }));
export const patchBodySchema = z.union([jsonPatchSchema, mergePatchSchema]);

const keySizeSchema = z.strictObject({
  name: z.string(),
  sizeBytes: z.int(),
  version: z.int().nullable().meta({ description: 'In which it last changed' }),
});
const metadataMembers = {
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  type: z.string(),
  immutable: z.boolean(),
  labels: stringMapSchema,
  annotations: stringMapSchema,
  ownerReferences: z.array(z.looseObject({ kind: z.string(), name: z.string() })),
  resourceVersion: z.string(),
  version: z.int().nullable(),
  createdAt: z.string(),
  updatedAt: z.string().nullable(),
  updatedBy: z.string().nullable().meta({ description: 'User name' }),
};

export const metadataSchema = z.strictObject({
  ...metadataMembers,
  keys: z.array(keySizeSchema),
  deletedAt: z.string().optional(),
});
/** A version leaves out members that would be preconditions of a PUT. */
export const secretSchema = z.strictObject({
  ...metadataMembers,
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  stringData: stringMapSchema,
  data: stringMapSchema,
});
export const secretListSchema = z.strictObject({
  items: z.array(metadataSchema),
  continue: z.string().optional(),
  remainingItemCount: z.int().optional(),
});
/** Metadata fields are returned only if rights and token allow access to the metadata. */
export const writeResultSchema = z.looseObject({
  ...z.object(metadataMembers).partial().shape,
  namespace: z.string(),
  name: z.string(),
  keys: z.array(keySizeSchema).optional(),
  changes: z
    .strictObject({
      added: z.array(z.string()),
      changed: z.array(z.string()),
      removed: z.array(z.string()),
    })
    .nullable(),
  warnings: z.array(z.string()),
});
