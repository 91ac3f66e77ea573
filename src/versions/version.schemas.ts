import { z } from 'zod';
import { responseSchema, timestamp, timestampOrNull } from '../core/api-schema.js';

export const versionKeySchema = z.strictObject({
  name: z.string().meta({ description: 'Name of the key.' }),
  sizeBytes: z.int().meta({ description: 'Size of the value in bytes.' }),
  version: z.int().meta({ description: 'Version in which the value last changed.' }),
});
const text = (description: string) => z.string().nullable().meta({ description });
const keys = (description: string) => z.array(versionKeySchema).meta({ description });

const versionMembers = {
  version: z.int().meta({ description: 'Number of the version.' }),
  state: z
    .enum(['live', 'deleted', 'destroyed'])
    .meta({ description: 'Whether its values can be read, undeleted, or never again.' }),
  aliases: z.array(z.string()).meta({ description: 'Names that stand for the version.' }),
  createdAt: timestamp('When the version was made.'),
  createdBy: text('User who made it; null if nobody is known.'),
  door: z
    .enum(['rest', 'graphql', 'kubectl', 'rotation', 'restore', 'share', 'sync', 'external'])
    .meta({ description: 'How the write came; `external`: not through the gateway.' }),
  reason: text('Reason that the author gave.'),
  auditId: text('Id of the audit event of the write.'),
  fieldManager: text('Field manager of a write outside the gateway: a hint.'),
  onBehalfOf: text('Who asked for the rotation, or wrote its policy.'),
  restoredFrom: z
    .int()
    .nullable()
    .meta({ description: 'Version whose content a restore brought back.' }),
  type: z.string().meta({ description: 'Type of the Secret.' }),
  immutable: z.boolean().meta({ description: 'Whether the Secret was immutable.' }),
  labels: z.record(z.string(), z.string()).meta({ description: 'Labels of the Secret.' }),
  keys: keys('Names and sizes of the keys.'),
  gap: z.boolean().meta({ description: 'Whether states before the version were missed.' }),
  retired: z.boolean().meta({ description: 'Whether a rotation has ended its credential.' }),
  endedAt: timestampOrNull('When the version was deleted or destroyed.'),
};
const versionExample = {
  version: 3,
  state: 'live',
  aliases: ['current'],
  createdAt: '2026-11-30T08:00:00Z',
  createdBy: 'system:serviceaccount:shop:deployer',
  door: 'rest',
  reason: 'TICKET-42',
  auditId: '01a22c8f-9b5b-7959-80b9-a734ef433e9b',
  fieldManager: null,
  onBehalfOf: null,
  restoredFrom: null,
  type: 'Opaque',
  immutable: false,
  labels: { app: 'shop' },
  keys: [{ name: 'password', sizeBytes: 13, version: 3 }],
  gap: false,
  retired: false,
  endedAt: null,
};

export const versionViewSchema = responseSchema('SecretVersion', z.strictObject(versionMembers), {
  description: 'A version of a Secret without its values.',
  example: versionExample,
});

export const versionListSchema = responseSchema(
  'SecretVersionList',
  z.strictObject({
    items: z.array(versionViewSchema).meta({ description: 'Versions, newest first.' }),
    continue: z.string().optional().meta({ description: 'Cursor of the next page.' }),
  }),
  { description: 'A page of versions.', example: { items: [versionExample] } },
);

/** Callers who may not see versions get only number and state. */
export const versionResultSchema = responseSchema(
  'SecretVersionResult',
  z.strictObject(versionMembers).partial().required({ version: true, state: true }),
  {
    description:
      'A version after a change. Callers who may not see versions get `version` and `state` alone.',
    example: { version: 3, state: 'deleted' },
  },
);

export const diffSchema = responseSchema(
  'SecretVersionDiff',
  z.strictObject({
    from: z.int().meta({ description: 'Number of the first version.' }),
    to: z.int().meta({ description: 'Number of the second version.' }),
    added: keys('Keys that only the second has.'),
    removed: keys('Keys that only the first has.'),
    changed: z
      .array(
        z.strictObject({
          name: z.string().meta({ description: 'Name of the key.' }),
          fromBytes: z.int().meta({ description: 'Size of the value in the first.' }),
          toBytes: z.int().meta({ description: 'Size of the value in the second.' }),
        }),
      )
      .meta({ description: 'Keys with another value.' }),
    typeChanged: z.boolean().meta({ description: 'Whether the types differ.' }),
    immutableChanged: z.boolean().meta({ description: 'Whether only one is immutable.' }),
    labelsChanged: z.array(z.string()).meta({ description: 'Names of labels that differ.' }),
    annotationsChanged: z
      .array(z.string())
      .meta({ description: 'Names of annotations that differ.' }),
  }),
  {
    description: 'Names and sizes of what differs between two versions: never a value.',
    example: {
      from: 2,
      to: 3,
      added: [],
      removed: [],
      changed: [{ name: 'password', fromBytes: 13, toBytes: 14 }],
      typeChanged: false,
      immutableChanged: false,
      labelsChanged: [],
      annotationsChanged: [],
    },
  },
);

export const namespaceRestoreSchema = responseSchema(
  'NamespaceRestore',
  z.strictObject({
    items: z
      .array(
        z.strictObject({
          name: z.string().meta({ description: 'Name of the Secret.' }),
          fromVersion: z.int().nullable().meta({ description: 'Present version.' }),
          toVersion: z.int().nullable().meta({ description: 'Version of that time.' }),
          action: z
            .enum(['restore', 'recreate', 'none'])
            .meta({ description: 'What is done, or would be done.' }),
          error: text('Why nothing was done; null if it was done.'),
        }),
      )
      .meta({ description: 'Each Secret by name.' }),
  }),
  {
    description: 'What became of each Secret of a namespace.',
    example: {
      items: [{ name: 'db', fromVersion: 3, toVersion: 2, action: 'restore', error: null }],
    },
  },
);
