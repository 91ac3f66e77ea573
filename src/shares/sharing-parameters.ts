import { z } from 'zod';
import { shareLimits } from '../core/share-limits.js';
import { secretNameReason } from '../secrets/domain/names.js';
import { continueSchema, pageSizeSchema } from '../core/query-parameters.js';
import { namespaceSchema, ruled, secretNamePattern } from '../secrets/domain/parameter-schemas.js';

export const collection = z.strictObject({ namespace: namespaceSchema });
export const noQuery = z.strictObject({});
export const listQuery = z.strictObject({ limit: pageSizeSchema, continue: continueSchema(1_024) });
export const conditions = ['If-Match', 'If-None-Match'] as const;
/** Rule of the body of a write. */
export const jsonBody = {
  kind: 'json',
  mediaTypes: ['application/json'],
  bytesMax: shareLimits.bodyBytesMax,
} as const;
export const writeProblems = [
  'Invalid',
  'NotFound',
  'AlreadyExists',
  'Conflict',
  'OutcomeUnknown',
] as const;
export const deleteProblems = ['NotFound', 'Invalid', 'Conflict', 'OutcomeUnknown'] as const;

/** Returns the schema of the name of a share or an import. */
export function nameSchema(description: string, example: string) {
  return ruled(secretNameReason, {
    description,
    example,
    pattern: secretNamePattern,
    maxLength: 253,
  });
}
