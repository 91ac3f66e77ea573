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

export const importKind: CustomResourceKind = { kind: 'SecretImport', resource: 'secretimports' };

const importedKeySchema = z.strictObject({
  name: keySchema.meta({ description: 'Key of the share.' }),
  as: keySchema.optional().meta({ description: 'Name of the key here; its own if absent.' }),
});

/** Spec of a SecretImport: `deploy/crds/secretimports.yaml`. */
export const importSpecSchema = z.strictObject({
  from: z
    .strictObject({
      namespace: namespaceSchema.meta({ description: 'Namespace of the share.' }),
      share: secretNameSchema.meta({ description: 'Name of the share.' }),
    })
    .meta({ description: 'The share.' }),
  keys: z
    .array(importedKeySchema)
    .min(1)
    .max(shareLimits.keysMax)
    .refine((keys) => areDistinct(keys.map(({ name }) => name)), 'names the same twice')
    .refine((keys) => areDistinct(keys.map(nameOf)), 'gives two keys one name')
    .optional()
    .meta({ description: 'Imported keys; all keys of the share if absent.' }),
  target: z
    .strictObject({
      secretName: secretNameSchema.meta({ description: 'Name of the Secret.' }),
      type: z.string().max(253).default('Opaque').meta({ description: 'Type of the Secret.' }),
    })
    .optional()
    .meta({ description: 'Secret that receives a copy.' }),
  repair: z.boolean().default(false).meta({ description: 'Whether edits of the copy are undone.' }),
  adopt: z
    .string()
    .max(shareLimits.adoptMax)
    .optional()
    .meta({ description: 'Text without a meaning: a user who changes it becomes the author.' }),
});

export type ImportSpec = z.output<typeof importSpecSchema>;

/** SecretImport, parsed. */
export type ParsedImport = ParsedSpec<ImportSpec>;

/** Returns the spec of a body without what a write ignores. */
export function importSpecOf(body: ImportSpec & Readonly<Record<string, unknown>>): ImportSpec {
  const { from, keys, target, repair, adopt } = body;
  return { from, keys, target, repair, adopt };
}

/** Parses an import of the cluster. */
export const parseImport = parserOf(importSpecSchema);

function nameOf({ name, as }: z.output<typeof importedKeySchema>): string {
  return as ?? name;
}
