import { z } from 'zod';
import { limits } from './limits.js';

/** The `limit` parameter of every list. */
export const pageSizeSchema = z
  .string()
  .regex(/^[1-9]\d{0,2}$/)
  .transform(Number)
  .refine((limit) => limit <= limits.listItemsMax, `at most ${limits.listItemsMax}`)
  .optional()
  .meta({
    description: `Entries of a page at most; ${limits.listItemsMax} if absent.`,
    type: 'integer',
    minimum: 1,
    maximum: limits.listItemsMax,
    example: 100,
  });

/** The `continue` parameter of a list whose cursors have at most so many characters. */
export function continueSchema(charactersMax: number) {
  return z
    .string()
    .min(1)
    .max(charactersMax)
    .optional()
    .meta({
      description: 'Cursor of the next page: `continue` of the page before. Opaque.',
      examples: ['eyJhZnRlciI6ImIifQ'],
    });
}

/** Query of an operation without parameters. */
export const noQuery = z.strictObject({});

/** Query of every write. */
export const writeQuery = z.strictObject({
  dryRun: z
    .enum(['All'])
    .optional()
    .meta({
      description: 'Checks everything and changes nothing. The response is what it would be.',
      examples: ['All'],
    }),
});
