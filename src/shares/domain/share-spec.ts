import { z } from 'zod';
import { shareLimits } from '../../core/share-limits.js';
import type { CustomResourceKind } from '../../custom-resources/domain/custom-resource.js';
import {
  keySchema,
  namespaceSchema,
  secretNameSchema,
} from '../../secrets/domain/parameter-schemas.js';
import {
  areDistinct,
  type ParsedSpec,
  parserOf,
} from '../../custom-resources/domain/parsed-spec.js';

export const shareKind: CustomResourceKind = { kind: 'SecretShare', resource: 'secretshares' };

const subjectSchema = z.strictObject({
  kind: z
    .enum(['ServiceAccount', 'User', 'Group'])
    .meta({ description: 'A ServiceAccount is one of the namespace of the consumer.' }),
  name: z.string().min(1).max(253).meta({ description: 'Name of the subject.' }),
});

const consumerSchema = z.strictObject({
  namespace: namespaceSchema,
  namespaceUID: z
    .string()
    .min(1)
    .max(63)
    .optional()
    .meta({ description: 'Uid of the namespace; if absent, that of the first use.' }),
  subjects: z
    .array(subjectSchema)
    .min(1)
    .max(shareLimits.subjectsMax)
    .optional()
    .meta({ description: 'Who may read; if absent, all who may read the import.' }),
  revoked: z.boolean().default(false).meta({ description: 'Ends the share for this namespace.' }),
});

/** Spec of a SecretShare: `deploy/crds/secretshares.yaml`. */
export const shareSpecSchema = z.strictObject({
  secretName: secretNameSchema.meta({ description: 'Name of the shared Secret.' }),
  keys: z
    .array(keySchema)
    .min(1)
    .max(shareLimits.keysMax)
    .refine(areDistinct, 'names the same twice')
    .meta({ description: 'Keys that are shared.' }),
  to: z
    .array(consumerSchema)
    .min(1)
    .max(shareLimits.consumersMax)
    .refine((to) => areDistinct(to.map(({ namespace }) => namespace)), 'names the same twice')
    .meta({ description: 'Namespaces that may import the keys.' }),
  expiresAt: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'When the share ends.' }),
  delivery: z
    .array(z.enum(['live', 'copy']))
    .min(1)
    .max(2)
    .refine(areDistinct, 'names the same twice')
    .default(['live'])
    .meta({ description: 'How consumers may receive the values.' }),
  reshare: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether consumers may share the values on.' }),
  onRecreate: z
    .enum(['stop', 'follow'])
    .default('stop')
    .meta({ description: 'What happens if the Secret is recreated under its name.' }),
  onRevoke: z
    .enum(['none', 'rotate'])
    .default('none')
    .meta({ description: 'Whether the end of the share starts a rotation of the Secret.' }),
  revoked: z.boolean().default(false).meta({ description: 'Ends the share for all.' }),
  adopt: z
    .string()
    .max(shareLimits.adoptMax)
    .optional()
    .meta({ description: 'Text without a meaning: a user who changes it becomes the author.' }),
});

export type ShareSpec = z.output<typeof shareSpecSchema>;
export type ShareConsumer = ShareSpec['to'][number];

/** SecretShare, parsed. */
export type ParsedShare = ParsedSpec<ShareSpec>;

/** Returns the spec of a body without what a write ignores. */
export function shareSpecOf(body: ShareSpec & Readonly<Record<string, unknown>>): ShareSpec {
  const { secretName, keys, to, expiresAt, delivery, ...rest } = body;
  const { reshare, onRecreate, onRevoke, revoked, adopt } = rest;
  return {
    secretName,
    keys,
    to,
    expiresAt,
    delivery,
    reshare,
    onRecreate,
    onRevoke,
    revoked,
    adopt,
  };
}

/** Parses a share of the cluster. */
export const parseShare = parserOf(shareSpecSchema);
