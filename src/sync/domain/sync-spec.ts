import { z } from 'zod';
import { syncLimits } from '../../core/sync-limits.js';
import type { CustomResourceKind } from '../../custom-resources/domain/custom-resource.js';
import {
  areDistinct,
  type ParsedSpec,
  parserOf,
} from '../../custom-resources/domain/parsed-spec.js';
import { keySchema, secretNameSchema } from '../../secrets/domain/parameter-schemas.js';
import { keyedName, nameReason, type SyncDirection } from './remote-name.js';

export const syncKind: CustomResourceKind = { kind: 'SecretSync', resource: 'secretsyncs' };

const UID = /^[0-9a-zA-Z-]{1,64}$/;

const syncedKeySchema = z.strictObject({
  name: keySchema.meta({ description: 'Key of the Secret.' }),
  remote: z
    .string()
    .min(1)
    .max(syncLimits.nameCharactersMax)
    .optional()
    .meta({ description: 'Name of the key in the store; if absent, the same name.' }),
});

export type SyncedKey = z.output<typeof syncedKeySchema>;

/** Spec of a SecretSync: `deploy/crds/secretsyncs.yaml`. */
export const syncSpecSchema = z
  .strictObject({
    secretName: secretNameSchema.meta({ description: 'Name of the Secret.' }),
    storeName: secretNameSchema.meta({ description: 'Name of the ExternalStore.' }),
    serviceAccountName: secretNameSchema.meta({
      description: 'ServiceAccount of the namespace whose short-lived token the store gets.',
    }),
    remote: z
      .strictObject({
        name: z
          .string()
          .refine((name) => nameReason(name) === undefined, 'has no single meaning in a store')
          .meta({ description: 'Name in the store, after the prefix that the store allows.' }),
        format: z.enum(['json', 'perKey']).default('json').meta({
          description:
            '`json`: one secret of the store has all keys. `perKey`: each of `keys` has one, NAME/KEY.',
        }),
        takeOverFrom: z
          .string()
          .regex(UID, 'must be a uid')
          .optional()
          .meta({ description: 'Uid of the sync whose secret in the store this sync takes over.' }),
      })
      .meta({ description: 'The secret in the store.' }),
    direction: z
      .enum(['push', 'pull', 'both'])
      .meta({ description: 'Which side gets the changes of the other.' }),
    keys: z
      .array(syncedKeySchema)
      .min(1)
      .max(syncLimits.keysMax)
      .refine((keys) => areDistinct(keys.map(({ name }) => name)), 'names the same key twice')
      .refine((keys) => areDistinct(keys.map(remoteOf)), 'has the same remote key twice')
      .optional()
      .meta({ description: 'Keys that are synced; if absent, all of both sides.' }),
    firstSync: z
      .enum(['fail', 'pull', 'push', 'merge'])
      .default('fail')
      .meta({ description: 'Side that wins if both have a key with values never equal so far.' }),
    onConflict: z
      .enum(['hold', 'preferCluster', 'preferStore'])
      .default('hold')
      .meta({ description: 'Side that wins if both have changed a key.' }),
    onDelete: z
      .enum(['retain', 'delete'])
      .default('retain')
      .meta({ description: 'Whether the deletion of a key on one side deletes it on the other.' }),
    adopt: z
      .string()
      .max(syncLimits.adoptMax)
      .optional()
      .meta({ description: 'Text without a meaning: a user who changes it becomes the author.' }),
  })
  .superRefine(({ remote, keys }, ctx) => {
    if (remote.format === 'json') return;
    if (keys === undefined) {
      const message = 'is required if remote.format is perKey: a store is never listed';
      ctx.addIssue({ code: 'custom', path: ['keys'], message });
    }
    for (const [index, key] of (keys ?? []).entries()) {
      const message = nameReason(keyedName(remote.name, remoteOf(key)));
      if (message !== undefined) ctx.addIssue({ code: 'custom', path: ['keys', index], message });
    }
  })
  .superRefine(({ direction, firstSync }, ctx) => {
    const isOther = firstSync === 'push' || firstSync === 'pull';
    if (!isOther || direction === 'both' || direction === firstSync) return;
    ctx.addIssue({
      code: 'custom',
      path: ['firstSync'],
      message: `must not be ${firstSync} if direction is ${direction}`,
    });
  });

export type SyncSpec = z.output<typeof syncSpecSchema>;

/** SecretSync, parsed. */
export type ParsedSync = ParsedSpec<SyncSpec>;

/** Parses a sync of the cluster. */
export const parseSync = parserOf(syncSpecSchema);

/** Returns the spec of a body without what a write ignores. */
export function syncSpecOf(body: SyncSpec & Readonly<Record<string, unknown>>): SyncSpec {
  const { secretName, storeName, serviceAccountName, remote, direction, ...rest } = body;
  const { keys, firstSync, onConflict, onDelete, adopt } = rest;
  const place = { secretName, storeName, serviceAccountName, remote, direction };
  return { ...place, keys, firstSync, onConflict, onDelete, adopt };
}

/** Returns the directions that a sync needs. */
export function directionsOf({ direction }: Pick<SyncSpec, 'direction'>): readonly SyncDirection[] {
  return direction === 'both' ? ['push', 'pull'] : [direction];
}

/** Returns the name of a key in the store. */
export function remoteOf({ name, remote }: SyncedKey): string {
  return remote ?? name;
}

/**
 * Returns what happens to keys that both sides have changed. Where the store keeps no former value,
 * only a user decides that its value is lost.
 */
export function conflictRule(
  { onConflict }: Pick<SyncSpec, 'onConflict'>,
  hasHistory: boolean,
): SyncSpec['onConflict'] {
  return onConflict === 'preferCluster' && !hasHistory ? 'hold' : onConflict;
}
