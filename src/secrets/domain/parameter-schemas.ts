import { z } from 'zod';
import { dataKeyReason, namespaceReason, secretNameReason } from './names.js';
import { versionReferenceReason } from './version-reference.js';

/** A text that breaks no rule; the rule's own words otherwise. */
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
