import { z } from 'zod';
import { shareLimits } from '../core/share-limits.js';
import { continueSchema, pageSizeSchema } from '../core/query-parameters.js';
import { namespaceSchema } from '../secrets/domain/parameter-schemas.js';

export const collection = z.strictObject({ namespace: namespaceSchema });
export const listQuery = z.strictObject({ limit: pageSizeSchema, continue: continueSchema(1_024) });
/** Rule of the body of a write. */
export const jsonBody = {
  kind: 'json',
  mediaTypes: ['application/json'],
  bytesMax: shareLimits.bodyBytesMax,
} as const;
