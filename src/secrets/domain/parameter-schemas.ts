import { z } from 'zod';
import { documentLimits } from '../../core/document-limits.js';
import { limits } from '../../core/limits.js';
import { pointerReason } from './documents/key-document.js';
import { formatNames } from './formats/render.js';
import { dataKeyReason, namespaceReason, secretNameReason } from './names.js';
import { versionReferenceReason } from './version-reference.js';

/** Facts for clients about a text: the rule itself is a function. */
interface TextFacts {
  readonly description: string;
  readonly example: string;
  readonly pattern?: string;
  readonly maxLength?: number;
}

/** Returns a schema of a text under a rule, with the rule's own words as the error. */
export function ruled(
  rule: (text: string) => string | undefined,
  { example, ...facts }: TextFacts,
) {
  return z
    .string()
    .superRefine((text, context) => {
      const reason = rule(text);
      if (reason !== undefined) context.addIssue({ code: 'custom', message: reason });
    })
    .meta({ ...facts, examples: [example] });
}

/** Headers with conditions on the state. */
export const conditions = ['If-Match', 'If-None-Match'] as const;

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
/** Pattern of the name of a Secret, for clients. */
export const secretNamePattern = `^${label}(\\.${label})*$`;

export const namespaceSchema = ruled(namespaceReason, {
  description: 'Namespace.',
  example: 'shop',
  pattern: `^${label}$`,
  maxLength: 63,
});
export const secretNameSchema = ruled(secretNameReason, {
  description: 'Name of the Secret.',
  example: 'db',
  pattern: secretNamePattern,
  maxLength: 253,
});
export const keySchema = ruled(dataKeyReason, {
  description: 'Key of the Secret.',
  example: 'password',
  pattern: '^\\.?[-_a-zA-Z0-9][-._a-zA-Z0-9]*$',
  maxLength: 253,
});
export const versionPattern = '^([1-9][0-9]{0,8}|[a-z][a-z0-9-]{0,62})$';
export const versionSchema = ruled(versionReferenceReason, {
  description: 'Version: its number, an alias, `current` or `previous`.',
  example: '3',
  pattern: versionPattern,
});

/** Returns a schema of a whole number of seconds, which has at most three digits. */
export function secondsUpTo(
  secondsMax: number,
  facts: { readonly description: string; readonly example: number },
) {
  const pattern = /^[1-9]\d{0,2}$/;
  return z
    .string()
    .refine(
      (text) => pattern.test(text) && Number(text) <= secondsMax,
      `must be a whole number of seconds, 1 to ${secondsMax}`,
    )
    .transform(Number)
    .optional()
    .meta({ ...facts, type: 'integer', minimum: 1, maximum: secondsMax });
}

/** Maximum time that a read waits for a change. */
export const waitSecondsSchema = secondsUpTo(limits.waitSecondsMax, {
  description:
    'With If-None-Match: waits so long for another state, and responds with it, or with 304.',
  example: 30,
});

/** How fresh a read must be. */
export const consistencySchema = z
  .enum(['cached', 'strong'])
  .optional()
  .meta({
    description:
      '`cached`: from the watch cache if the namespace has one. `strong`: from the cluster.',
    examples: ['strong'],
  });

/** Parameters of the rendering of values (docs/formats.md). */
export const renderQuery = {
  encoding: z
    .enum(['base64'])
    .optional()
    .meta({ description: '`base64`: all values in base64.', examples: ['base64'] }),
  names: z
    .enum(['upper'])
    .optional()
    .meta({
      description: '`upper`, for format=env: `db-password` becomes `DB_PASSWORD`.',
      examples: ['upper'],
    }),
};

/** Returns the parameters of a read of several values; `description` is that of the format. */
export function valuesQuery(description: string) {
  return {
    consistency: consistencySchema,
    waitSeconds: waitSecondsSchema,
    format: z
      .enum(formatNames)
      .optional()
      .meta({ description, examples: ['env'] }),
    ...renderQuery,
  };
}

/** Requires the format whose names `names` changes. */
export function hasNamedFormat(query: {
  readonly format?: string | undefined;
  readonly names?: string | undefined;
}): boolean {
  return query.names === undefined || namedFormats.has(query.format ?? '');
}
/** Formats whose lines have names of variables. */
const namedFormats: ReadonlySet<string> = new Set(['env', 'dotenv', 'docker']);

export const namedFormatRequired = {
  path: ['names'],
  message: 'is for the formats env, dotenv and docker only',
};

/** Place in the document that a key contains (docs/documents.md). */
export const pointerSchema = ruled(pointerReason, {
  description: 'JSON pointer to a member of the document that is the value.',
  example: '/db/password',
  pattern: '^(/([^~/]|~[01])*)+$',
  maxLength: documentLimits.pointerCharactersMax,
});

/** Parameters of such a place. */
export const memberQuery = {
  pointer: pointerSchema.optional(),
  as: z
    .enum(['json'])
    .optional()
    .meta({
      description: '`json`, with pointer: the member as JSON, a string in quotes.',
      examples: ['json'],
    }),
};

/** Requires a place for a form. */
export function hasPlace(query: { readonly pointer?: unknown; readonly as?: unknown }): boolean {
  return query.as === undefined || query.pointer !== undefined;
}
export const placeRequired = { path: ['as'], message: 'has no meaning without pointer' };
