import { z } from 'zod';
import { shareLimits } from '../../core/share-limits.js';
import type {
  CustomResource,
  CustomResourceKind,
} from '../../custom-resources/domain/custom-resource.js';
import type { ParsedObject } from '../../custom-resources/domain/object-registry.js';
import { hashOf } from '../../custom-resources/domain/spec-hash.js';
import {
  keySchema,
  namespaceSchema,
  secretNameSchema,
} from '../../secrets/domain/parameter-schemas.js';
import { problemOf } from './spec-problem.js';

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
export interface ParsedImport extends ParsedObject {
  /** Undefined if it breaks a rule. */
  readonly spec: ImportSpec | undefined;
  /** Hash of the parsed spec: the author is responsible for this spec. */
  readonly specHash: string;
  /** Broken rule. */
  readonly problem: string | undefined;
}

/** Returns the spec of a body without what a write ignores. */
export function importSpecOf(body: ImportSpec & Readonly<Record<string, unknown>>): ImportSpec {
  const { from, keys, target, repair, adopt } = body;
  return { from, keys, target, repair, adopt };
}

/** Parses an import of the cluster. Never throws: a broken rule is a member of the result. */
export function parseImport(object: CustomResource, namespaceUid: string): ParsedImport {
  const { data: spec, error } = importSpecSchema.safeParse(object.spec);
  const specHash = spec === undefined ? '' : hashOf(spec);
  return { object, namespaceUid, spec, specHash, problem: error && problemOf(error) };
}

function nameOf({ name, as }: z.output<typeof importedKeySchema>): string {
  return as ?? name;
}

function areDistinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}
