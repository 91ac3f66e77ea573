import { z } from 'zod';
import { requestSchema, responseSchema, timestamp, timestampOrNull } from '../core/api-schema.js';
import { importSpecSchema } from './domain/import-spec.js';
import { shareSpecSchema } from './domain/share-spec.js';
import { importReadOnly, shareReadOnly } from './domain/share-view.js';

const shareExample = {
  secretName: 'db',
  keys: ['password'],
  to: [{ namespace: 'shop' }],
};
const shareDefaults = {
  delivery: ['live'],
  reshare: false,
  onRecreate: 'stop',
  onRevoke: 'none',
  revoked: false,
};
const importExample = { from: { namespace: 'pay', share: 'db-for-shop' } };

const author = z
  .string()
  .nullable()
  .meta({ description: 'User who answers for the spec; null: it has no effect.' });

export const shareSchema = responseSchema(
  'SecretShare',
  z.looseObject({
    name: z.string().meta({ description: 'Name of the share.' }),
    ...loose(shareSpecSchema),
    author,
    state: z
      .enum(['Active', 'Suspended', 'Expired', 'Revoked'])
      .meta({ description: 'Whether the share delivers.' }),
    reason: z.string().nullable().meta({ description: 'Why it does not deliver.' }),
    consumers: z
      .array(
        z.strictObject({
          namespace: z.string().meta({ description: 'Namespace.' }),
          namespaceUID: z.string().meta({ description: 'Its uid at the first use.' }),
          since: timestamp('The first use.'),
          lastRead: timestampOrNull(
            'When it last read values, with a delay of seconds; null: it has read none yet.',
          ),
          version: z
            .int()
            .min(1)
            .nullable()
            .meta({ description: 'Version of the Secret that it read last; null if not known.' }),
          imports: z.int().min(0).meta({ description: 'Imports of the namespace now.' }),
        }),
      )
      .meta({ description: 'Namespaces that have read the values.' }),
  }),
  {
    description: 'The spec of a share as it was written, and how it stands.',
    example: {
      name: 'db-for-shop',
      ...shareExample,
      to: [{ namespace: 'shop', revoked: false }],
      ...shareDefaults,
      author: 'jane@example.com',
      state: 'Active',
      reason: null,
      consumers: [],
    },
  },
);

export const shareListSchema = responseSchema(
  'SecretShareList',
  z.strictObject({
    items: z.array(shareSchema).meta({ description: 'Shares by name.' }),
    continue: z.string().optional().meta({ description: 'Cursor of the next page.' }),
  }),
  { description: 'A page of shares.', example: { items: [] } },
);

export const shareBodySchema = requestSchema(
  'SecretShareWrite',
  shareSpecSchema.extend(ignored(shareReadOnly)),
  {
    description: 'The spec of a SecretShare. A body that was read is valid.',
    example: shareExample,
  },
);

export const revocationSchema = requestSchema(
  'SecretShareRevocation',
  z.strictObject({
    namespace: z
      .string()
      .min(1)
      .max(63)
      .optional()
      .meta({ description: 'The consumer; all if absent.' }),
  }),
  { description: 'For whom the share ends.', example: { namespace: 'shop' } },
);

export const importCopySchema = z
  .strictObject({
    reason: z.string().meta({ description: '`Delivered`, or why values are missing.' }),
    message: z.string().meta({ description: 'Who must do what; empty if nothing is wrong.' }),
    version: z
      .int()
      .nullable()
      .meta({ description: 'Version of the shared Secret that was delivered last.' }),
    deliveredAt: timestamp('When the copy was written last.')
      .nullable()
      .meta({ description: 'When the copy was written last.' }),
  })
  .meta({ description: 'How a copy stands.' });

export const importSchema = responseSchema(
  'SecretImport',
  z.looseObject({
    name: z.string().meta({ description: 'Name of the import.' }),
    ...loose(importSpecSchema),
    author,
    state: z
      .enum(['Ready', 'NotGranted'])
      .meta({ description: 'Whether the caller gets values of it through the gateway now.' }),
    copy: importCopySchema
      .nullable()
      .meta({ description: 'How the copy stands; null without a target, and at first.' }),
  }),
  {
    description: 'The spec of an import as it was written, and how it stands.',
    example: {
      name: 'pay-db',
      ...importExample,
      repair: false,
      author: 'jane@example.com',
      state: 'Ready',
      copy: null,
    },
  },
);

export const importListSchema = responseSchema(
  'SecretImportList',
  z.strictObject({
    items: z.array(importSchema).meta({ description: 'Imports by name.' }),
    continue: z.string().optional().meta({ description: 'Cursor of the next page.' }),
  }),
  { description: 'A page of imports.', example: { items: [] } },
);

export const importChangeSchema = responseSchema(
  'SecretImportChange',
  z
    .strictObject({
      namespace: z.string().meta({ description: 'Namespace of the import.' }),
      name: z.string().meta({ description: 'Name of the import.' }),
      uid: z.string().meta({ description: 'Uid of the import.' }),
      etag: z.string().meta({
        description:
          'Validator that changes with the import, its share and the Secret: that of `/values` if ' +
          'the state is Ready.',
      }),
      state: z
        .enum(['Ready', 'NotGranted'])
        .meta({ description: 'Whether the caller gets values of it now.' }),
    })
    .partial(),
  {
    description:
      'Data of an event of the stream of imports. `added`, `modified` and `deleted` have all ' +
      'members, `bookmark` has none.',
    example: {
      namespace: 'shop',
      name: 'pay-db',
      uid: '8f2c51d0-52b7-4a7b-9d6f-2b1f6a1c0b11',
      etag: '"n0Jc7m1Yw3o"',
      state: 'Ready',
    },
  },
);

export const importBodySchema = requestSchema(
  'SecretImportWrite',
  importSpecSchema.extend(ignored(importReadOnly)),
  {
    description: 'The spec of a SecretImport. A body that was read is valid.',
    example: importExample,
  },
);

/** Returns the members of a spec; an object that came past the gateway may lack some. */
function loose<Shape extends z.ZodRawShape>(spec: z.ZodObject<Shape>): Shape {
  return spec.shape;
}

/** Returns members of a read body, which a write ignores. */
function ignored<Name extends string>(names: readonly Name[]) {
  const any = z.unknown().optional().meta({ description: 'Ignored: of a body that was read.' });
  return Object.fromEntries(names.map((name) => [name, any])) as Record<Name, typeof any>;
}
