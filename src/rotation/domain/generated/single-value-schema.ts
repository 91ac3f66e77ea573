import { z } from 'zod';
import type { SingleValueGenerator } from '../rotation-spec.js';

/** Generators of one value as authors write them. Their limits equal those in `deploy/crds`. */
export const singleValueSchemas = {
  password: z
    .strictObject({
      length: z.int().min(8).max(512).default(32).meta({ description: 'Number of characters.' }),
      classes: z
        .array(z.enum(['lower', 'upper', 'digits', 'symbols']))
        .max(4)
        .default(['lower', 'upper', 'digits'])
        .meta({ description: 'The password contains at least one character of each class.' }),
      allow: z
        .string()
        .max(128)
        .default('')
        .meta({ description: 'Further characters that the password may contain.' }),
      forbid: z
        .string()
        .max(128)
        .default('')
        .meta({ description: 'Characters that the password must not contain.' }),
    })
    .meta({ description: 'Generates a random password.' }),
  bytes: z
    .strictObject({
      size: z.int().min(16).max(1_024).default(32).meta({ description: 'Number of random bytes.' }),
      encoding: z
        .enum(['hex', 'base64', 'base64url', 'raw'])
        .default('base64')
        .meta({ description: 'How the bytes are stored.' }),
    })
    .meta({ description: 'Generates random bytes.' }),
  uuid: z.strictObject({}).meta({ description: 'Generates a random UUID.' }),
} as const;

/** Names of the generators of one value. */
export const singleValueKinds = ['password', 'bytes', 'uuid'] as const;

type Written = {
  readonly [K in (typeof singleValueKinds)[number]]?:
    | z.output<(typeof singleValueSchemas)[K]>
    | undefined;
};

/** Returns the generator that is written; undefined if none of these is. */
export function singleValueGenerator({
  password,
  bytes,
  uuid,
}: Written): SingleValueGenerator | undefined {
  if (password !== undefined) return { kind: 'password', password };
  if (bytes !== undefined) {
    const { size: sizeBytes, encoding } = bytes;
    return { kind: 'bytes', bytes: { sizeBytes, encoding } };
  }
  return uuid === undefined ? undefined : { kind: 'uuid' };
}
