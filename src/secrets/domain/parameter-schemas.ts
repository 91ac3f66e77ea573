import { z } from 'zod';
import { limits } from '../../core/limits.js';
import { dataKeyReason, namespaceReason, secretNameReason } from './names.js';
import { versionReferenceReason } from './version-reference.js';

/** Returns a schema of a text under a rule, with the rule's own words as the error. */
export function ruled(rule: (text: string) => string | undefined, description: string) {
  return z
    .string()
    .superRefine((text, context) => {
      const reason = rule(text);
      if (reason !== undefined) context.addIssue({ code: 'custom', message: reason });
    })
    .meta({ description });
}

export const namespaceSchema = ruled(namespaceReason, 'Namespace');
export const secretNameSchema = ruled(secretNameReason, 'Name of the Secret');
export const keySchema = ruled(dataKeyReason, 'Key of the Secret');
export const versionSchema = ruled(versionReferenceReason, 'Version: its number or an alias');

/** Returns a schema of a whole number of seconds from 1 to a limit of three digits. */
export function secondsUpTo(secondsMax: number) {
  const pattern = '^[1-9]\\d{0,2}$';
  return z
    .string()
    .refine(
      (text) => new RegExp(pattern).test(text) && Number(text) <= secondsMax,
      `must be a whole number of seconds, 1 to ${secondsMax}`,
    )
    .meta({ pattern })
    .transform(Number);
}

/** Maximum time that a read waits for a change. */
export const waitSecondsSchema = secondsUpTo(limits.waitSecondsMax)
  .optional()
  .meta({ description: 'With If-None-Match: answers at the next change, or 304 when it is over' });
