import { z } from 'zod';
import { excludedTypes } from '../../versions/domain/excluded.js';

const MIB = 1024 * 1024;
/** `0s` means no minimum. */
const MINIMUM_AGE = /^(0|[1-9]\d{0,5})[smhdw]$/;

/** Histories of Secrets: which are recorded, and their limits. */
export const versionsSettings = z.strictObject({
  enabled: z.boolean().default(true),
  /** Versions of a Secret; an annotation may request fewer. */
  limit: z.int().min(1).max(100_000).default(20),
  /** Age such as `365d`: older versions are deleted; an annotation may request less. */
  maxAge: z
    .string()
    .regex(/^[1-9]\d{0,5}[smhdw]$/, { error: 'an age such as 365d (s, m, h, d, w)' })
    .optional(),
  /** How long annotations and the quota protect a replaced version. */
  minAge: z
    .string()
    .regex(MINIMUM_AGE, { error: 'an age such as 7d (s, m, h, d, w)' })
    .default('7d'),
  /** Newest versions of a Secret that annotations and the quota protect, of any age. */
  minCount: z.int().min(1).max(1_000).default(5),
  /** How long after the deletion of a Secret these minimums apply. */
  minDeletedAge: z
    .string()
    .regex(MINIMUM_AGE, { error: 'an age such as 90d (s, m, h, d, w)' })
    .default('90d'),
  /** Bytes of all histories of a namespace together. */
  namespaceBytesMax: z
    .int()
    .min(4 * MIB)
    .max(1024 * 1024 * MIB)
    .default(256 * MIB),
  exclude: z
    .strictObject({
      types: z
        .array(z.string().min(1))
        .max(100)
        .default([...excludedTypes]),
      namespaces: z.array(z.string().min(1)).max(1_000).default([]),
    })
    .prefault({}),
});

export type VersionsSettings = z.infer<typeof versionsSettings>;
