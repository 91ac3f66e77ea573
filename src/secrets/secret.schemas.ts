import { z } from 'zod';
import { requestSchema, responseSchema, timestamp, timestampOrNull } from '../core/api-schema.js';

export const stringMapSchema = z.record(z.string(), z.string());
const patchMapSchema = z.record(z.string(), z.string().nullable());

const namespace = z.string().meta({ description: 'Namespace of the Secret.' });
const name = z.string().meta({ description: 'Name of the Secret.' });
const uid = z.string().meta({ description: 'UID of the Secret in Kubernetes.' });
const resourceVersion = z.string().meta({ description: 'State of the Secret; opaque.' });
const type = z.string().meta({ description: 'Type of the Secret, such as `Opaque`.' });
const immutable = z.boolean().meta({ description: 'Whether Kubernetes refuses every change.' });
const warnings = z.array(z.string()).meta({ description: 'Sentences for the author.' });

/** Members of a read body that a write accepts unread. */
const ignored = z
  .unknown()
  .optional()
  .meta({ description: 'Ignored: a body that was read has it.' });
const readOnlyMembers = {
  ownerReferences: ignored,
  version: ignored,
  createdAt: ignored,
  updatedAt: ignored,
  updatedBy: ignored,
};
const writeMembers = {
  namespace: namespace.optional(),
  name: name.optional(),
  uid: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Precondition: the UID of the Secret. Another one is 409.' }),
  type: type.min(1).optional(),
  immutable: immutable.optional(),
  resourceVersion: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Precondition: the present state. Another one is 409.' }),
};

const writeBody = z.strictObject({
  ...writeMembers,
  labels: stringMapSchema.optional().meta({ description: 'Labels of Kubernetes.' }),
  annotations: stringMapSchema.optional().meta({ description: 'Annotations of Kubernetes.' }),
  stringData: stringMapSchema.optional().meta({ description: 'Values as text, by key.' }),
  data: stringMapSchema.optional().meta({ description: 'Values in base64, by key.' }),
  ...readOnlyMembers,
});

export const createBodySchema = requestSchema('SecretCreate', writeBody.required({ name: true }), {
  description: 'A Secret to create. A key may be in `stringData` or in `data`.',
  example: { name: 'db', stringData: { username: 'app', password: 'correct horse' } },
});

export const writeBodySchema = requestSchema('SecretWrite', writeBody, {
  description: 'A Secret to write. A key may be in `stringData` or in `data`.',
  example: { type: 'Opaque', stringData: { username: 'app', password: 'correct horse' } },
});

export const mergePatchSchema = requestSchema(
  'SecretMergePatch',
  z.strictObject({
    ...writeMembers,
    labels: patchMapSchema.optional().meta({ description: 'Labels to set; null removes.' }),
    annotations: patchMapSchema
      .optional()
      .meta({ description: 'Annotations to set; null removes.' }),
    stringData: patchMapSchema
      .optional()
      .meta({ description: 'Values as text to set, by key; null removes the key.' }),
    data: patchMapSchema
      .optional()
      .meta({ description: 'Values in base64 to set, by key; null removes the key.' }),
    ...readOnlyMembers,
  }),
  {
    description: 'A merge patch of a Secret (RFC 7396).',
    example: { stringData: { password: 'battery staple' } },
  },
);

export const jsonPatchSchema = requestSchema(
  'JsonPatch',
  z.array(
    z.looseObject({
      op: z.string().meta({ description: 'add, remove, replace, move, copy or test.' }),
      path: z.string().meta({ description: 'Place in the Secret (RFC 6901).' }),
    }),
  ),
  {
    description: 'A JSON patch of a Secret (RFC 6902). Values are in base64 under /data.',
    example: [{ op: 'replace', path: '/data/password', value: 'YmF0dGVyeSBzdGFwbGU=' }],
  },
);
export const patchBodySchema = z.union([jsonPatchSchema, mergePatchSchema]);

export const keySizeSchema = z.strictObject({
  name: z.string().meta({ description: 'Name of the key.' }),
  sizeBytes: z.int().meta({ description: 'Size of the value in bytes.' }),
  version: z
    .int()
    .nullable()
    .meta({ description: 'Version in which the value last changed; null if it is not known.' }),
});
const metadataMembers = {
  namespace,
  name,
  uid,
  type,
  immutable,
  labels: stringMapSchema.meta({ description: 'Labels of Kubernetes.' }),
  annotations: stringMapSchema.meta({ description: 'Annotations of Kubernetes.' }),
  ownerReferences: z
    .array(
      z.looseObject({
        kind: z.string().meta({ description: 'Kind of the owner.' }),
        name: z.string().meta({ description: 'Name of the owner.' }),
      }),
    )
    .meta({ description: 'Objects that own the Secret.' }),
  resourceVersion,
  version: z
    .int()
    .nullable()
    .meta({ description: 'Number of the present version; null if it is not known yet.' }),
  createdAt: timestamp('When the Secret was created.'),
  updatedAt: timestampOrNull('When the Secret last changed.'),
  updatedBy: z
    .string()
    .nullable()
    .meta({ description: 'User who made the last change; null if nobody is known.' }),
};
const metadataExample = {
  namespace: 'shop',
  name: 'db',
  uid: '8f2c51d0-52b7-4a7b-9d6f-2b1f6a1c0b11',
  type: 'Opaque',
  immutable: false,
  labels: { app: 'shop' },
  annotations: {},
  ownerReferences: [],
  resourceVersion: '4711',
  version: 3,
  createdAt: '2026-11-01T08:00:00Z',
  updatedAt: '2026-11-30T08:00:00Z',
  updatedBy: 'system:serviceaccount:shop:deployer',
};

export const metadataSchema = responseSchema(
  'SecretMetadata',
  z.strictObject({
    ...metadataMembers,
    keys: z.array(keySizeSchema).meta({ description: 'Names and sizes of the keys.' }),
    deletedAt: timestamp('When the Secret was deleted; absent if it exists.').optional(),
  }),
  {
    description: 'Everything about a Secret but its values.',
    example: { ...metadataExample, keys: [{ name: 'password', sizeBytes: 13, version: 3 }] },
  },
);
/** A version leaves out members that would be preconditions of a PUT. */
export const secretSchema = responseSchema(
  'Secret',
  z.strictObject({
    ...metadataMembers,
    uid: uid.optional(),
    resourceVersion: resourceVersion.optional(),
    stringData: stringMapSchema.meta({ description: 'Values that are text, by key.' }),
    data: stringMapSchema.meta({ description: 'All other values in base64, by key.' }),
  }),
  {
    description: 'A Secret with its values. It is a valid body of a PUT.',
    example: { ...metadataExample, stringData: { password: 'correct horse' }, data: {} },
  },
);
const listMembers = {
  continue: z
    .string()
    .optional()
    .meta({ description: 'Cursor of the next page; absent on the last page.' }),
  remainingItemCount: z
    .int()
    .optional()
    .meta({ description: 'Number of entries after this page, if it is known.' }),
};
export const secretListSchema = responseSchema(
  'SecretList',
  z.strictObject({
    items: z.array(metadataSchema).meta({ description: 'Secrets in the order of their names.' }),
    ...listMembers,
  }),
  {
    description: 'A page of Secrets without values.',
    example: {
      items: [{ ...metadataExample, keys: [{ name: 'password', sizeBytes: 13, version: 3 }] }],
      continue: 'eyJhZnRlciI6ImRiIn0',
    },
  },
);
const keyNames = (description: string) => z.array(z.string()).meta({ description });
/** Metadata fields are returned only if rights and token allow access to the metadata. */
export const writeResultSchema = responseSchema(
  'WriteResult',
  z.looseObject({
    ...z.object(metadataMembers).partial().shape,
    namespace,
    name,
    keys: z.array(keySizeSchema).optional().meta({ description: 'Names and sizes of the keys.' }),
    changes: z
      .strictObject({
        added: keyNames('Keys that are new.'),
        changed: keyNames('Keys whose values are others.'),
        removed: keyNames('Keys that are gone.'),
      })
      .nullable()
      .meta({ description: 'What changed; null if the caller may not see it.' }),
    generatedKeys: keyNames('Keys of a new Secret whose values the gateway has generated.'),
    warnings,
  }),
  {
    description: 'What a write did: never a value. Metadata is present if the caller may read it.',
    example: {
      ...metadataExample,
      keys: [{ name: 'password', sizeBytes: 14, version: 3 }],
      changes: { added: [], changed: ['password'], removed: [] },
      generatedKeys: [],
      warnings: [],
    },
  },
);

/** Data of an event of the stream of changes. */
export const secretChangeSchema = responseSchema(
  'SecretChange',
  z
    .strictObject({
      namespace,
      name,
      uid,
      version: metadataMembers.version,
      resourceVersion,
      etag: z.string().meta({ description: 'Entity tag of the state.' }),
      changedKeys: z.array(z.string()).meta({ description: 'Names of the changed keys.' }),
    })
    .partial(),
  {
    description:
      'Data of an event of the stream of changes. `added`, `modified` and `deleted` have all ' +
      'members, `bookmark` has none.',
    example: {
      namespace: 'shop',
      name: 'db',
      uid: '8f2c51d0-52b7-4a7b-9d6f-2b1f6a1c0b11',
      version: 3,
      resourceVersion: '4711',
      etag: '"8f2c51d0-52b7-4a7b-9d6f-2b1f6a1c0b11.4711"',
      changedKeys: ['password'],
    },
  },
);
