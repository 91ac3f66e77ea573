import { z } from 'zod';
import { requestSchema, responseSchema } from '../core/api-schema.js';
import { syncLimits } from '../core/sync-limits.js';
import { keySchema } from '../secrets/domain/parameter-schemas.js';
import { storeSpecSchema } from './domain/store-spec.js';
import { syncSpecSchema } from './domain/sync-spec.js';
import { storeReadOnly, syncReadOnly } from './domain/sync-view.js';

const storeExample = {
  openbao: {
    url: 'https://bao.example:8200',
    mount: 'secret',
    auth: { jwt: { mount: 'jwt', role: 'sallyport', audience: 'openbao' } },
  },
  allow: [{ namespaces: ['pay'], prefix: 'k8s/{namespace}/', directions: ['push', 'pull'] }],
};
const syncExample = {
  secretName: 'db',
  storeName: 'vault-prod',
  serviceAccountName: 'sallyport-sync',
  remote: { name: 'db' },
  direction: 'both',
};
const syncDefaults = { firstSync: 'fail', onConflict: 'hold', onDelete: 'retain' };

const state = z.enum(['InSync', 'Conflict', 'Held', 'OwnedElsewhere', 'Failed']);
const versions = {
  secretVersion: z
    .string()
    .nullable()
    .meta({ description: 'Resource version of the Secret at the last look; null: there is none.' }),
  secretChangedAt: z
    .string()
    .nullable()
    .meta({ description: 'When the Secret was last written (RFC 3339); null: it is not known.' }),
  storeVersion: z
    .string()
    .nullable()
    .meta({ description: 'Version in the store at the last look; null: there is none.' }),
  storeChangedAt: z
    .string()
    .nullable()
    .meta({ description: 'Time of the last write in the store, as the store has it.' }),
};

export const storeSchema = responseSchema(
  'ExternalStore',
  z.looseObject({
    name: z.string().meta({ description: 'Name of the store.' }),
    ...storeSpecSchema.shape,
    problem: z
      .string()
      .nullable()
      .meta({ description: 'Rule that the spec breaks; null: it keeps all.' }),
  }),
  {
    description: 'The spec of a store, and whether it can be used.',
    example: { name: 'vault-prod', ...storeExample, poll: '1m', problem: null },
  },
);

export const storeListSchema = responseSchema(
  'ExternalStoreList',
  z.strictObject({
    items: z.array(storeSchema).meta({ description: 'Stores by name.' }),
    continue: z.string().optional().meta({ description: 'Cursor of the next page.' }),
  }),
  { description: 'A page of stores.', example: { items: [] } },
);

export const storeBodySchema = requestSchema(
  'ExternalStoreWrite',
  storeSpecSchema.extend(ignored(storeReadOnly)),
  {
    description: 'The spec of an ExternalStore. A body that was read is valid.',
    example: storeExample,
  },
);

export const syncSchema = responseSchema(
  'SecretSync',
  z.looseObject({
    name: z.string().meta({ description: 'Name of the sync.' }),
    ...syncSpecSchema.shape,
    author: z
      .string()
      .nullable()
      .meta({ description: 'User who answers for the spec; null: it has no effect.' }),
    state: state
      .nullable()
      .meta({ description: 'How the sync stands; null before its first look.' }),
    reason: z.string().nullable().meta({ description: 'Reason of the state, in one word.' }),
    message: z.string().meta({ description: 'Who must do what; empty if nothing is wrong.' }),
    ...versions,
    lastSyncAt: z
      .string()
      .nullable()
      .meta({ description: 'When a side was last written (RFC 3339).' }),
    keyStates: z
      .array(
        z.strictObject({
          name: z.string().meta({ description: 'Key of the Secret.' }),
          state: z
            .enum(['InSync', 'Retained', 'Deleting', 'Conflict'])
            .meta({ description: 'State of the key.' }),
        }),
      )
      .meta({ description: 'States of keys at the last look.' }),
    overwritten: z
      .strictObject({
        at: z.string().meta({ description: 'When a look found them (RFC 3339).' }),
        count: z.int().nonnegative().meta({ description: 'How many.' }),
        versions: z
          .array(z.string())
          .meta({ description: 'Some of them, the last ones first: at most 10.' }),
      })
      .nullable()
      .meta({
        description:
          'Versions of others that a write has overwritten unseen, the last time; null: none so far.',
      }),
    owner: z
      .strictObject({
        clusterUID: z.string().meta({ description: 'Uid of its cluster.' }),
        namespaceUID: z.string().meta({ description: 'Uid of its namespace.' }),
        syncUID: z.string().meta({ description: 'Uid of the SecretSync.' }),
      })
      .nullable()
      .meta({ description: 'Sync that owns the secret in the store, if it is another one.' }),
  }),
  {
    description: 'The spec of a sync as it was written, and how it stands.',
    example: {
      name: 'db',
      ...syncExample,
      remote: { name: 'db', format: 'json' },
      ...syncDefaults,
      author: 'jane@example.com',
      state: 'InSync',
      reason: 'InSync',
      message: '',
      secretVersion: '4711',
      secretChangedAt: '2026-12-02T07:59:00Z',
      storeVersion: '3@2026-12-02T08:00:00Z',
      storeChangedAt: '2026-12-02T08:00:00Z',
      lastSyncAt: '2026-12-02T08:00:00.000Z',
      keyStates: [{ name: 'password', state: 'InSync' }],
      overwritten: null,
      owner: null,
    },
  },
);

export const syncListSchema = responseSchema(
  'SecretSyncList',
  z.strictObject({
    items: z.array(syncSchema).meta({ description: 'Syncs by name.' }),
    continue: z.string().optional().meta({ description: 'Cursor of the next page.' }),
  }),
  { description: 'A page of syncs.', example: { items: [] } },
);

export const syncBodySchema = requestSchema(
  'SecretSyncWrite',
  syncSpecSchema.safeExtend(ignored(syncReadOnly)),
  { description: 'The spec of a SecretSync. A body that was read is valid.', example: syncExample },
);

export const resolutionSchema = requestSchema(
  'SecretSyncResolution',
  z.strictObject({
    prefer: z.enum(['cluster', 'store']).meta({ description: 'Side that wins.' }),
    keys: z.array(keySchema).min(1).max(syncLimits.keysMax).optional().meta({
      description: 'Keys whose conflicts are resolved; if absent, all, and what holds the sync.',
    }),
  }),
  { description: 'Side that wins.', example: { prefer: 'cluster' } },
);

export const syncRunSchema = responseSchema(
  'SecretSyncRun',
  z.strictObject({
    state: state.meta({ description: 'How the sync stands after the look.' }),
    reason: z.string().meta({ description: 'Reason of the state, in one word.' }),
    message: z.string().meta({ description: 'Who must do what; empty if nothing is wrong.' }),
    keys: z
      .array(
        z.strictObject({
          name: z.string().meta({ description: 'Key of the Secret.' }),
          action: z
            .enum(['none', 'push', 'pull', 'retain', 'hold'])
            .meta({ description: 'Direction of the change, or why there is none.' }),
          reason: z.string().meta({ description: 'Reason of the action.' }),
        }),
      )
      .meta({ description: 'What the look did with each key; of a dry run, what it would do.' }),
    ...versions,
    written: z.boolean().meta({ description: 'Whether a side was written.' }),
    overwritten: z
      .array(z.string())
      .meta({ description: 'Versions of others that a write to the store has replaced unseen.' }),
  }),
  {
    description: 'Result of a look at a sync, without values.',
    example: {
      state: 'InSync',
      reason: 'InSync',
      message: '',
      keys: [{ name: 'password', action: 'push', reason: 'the cluster has a newer state' }],
      secretVersion: '4711',
      secretChangedAt: '2026-12-02T07:59:00Z',
      storeVersion: '3@2026-12-02T08:00:00Z',
      storeChangedAt: '2026-12-02T08:00:00Z',
      written: true,
      overwritten: [],
    },
  },
);

/** Returns members of a read body, which a write ignores. */
function ignored<Name extends string>(names: readonly Name[]) {
  const any = z.unknown().optional().meta({ description: 'Ignored: of a body that was read.' });
  return Object.fromEntries(names.map((name) => [name, any])) as Record<Name, typeof any>;
}
