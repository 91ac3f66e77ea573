import { z } from 'zod';
import { badRequest, type SallyportError } from './errors/sallyport-error.js';
import { limits } from './limits.js';

/** A bounded part of a list, and where the next one starts. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** The `limit` parameter of every list. */
export const pageSizeSchema = z
  .string()
  .regex(/^[1-9]\d{0,2}$/)
  .transform(Number)
  .refine((limit) => limit <= limits.listItemsMax, `at most ${limits.listItemsMax}`)
  .optional();

/** A cursor as clients carry it: opaque, and checked when it comes back. */
export function encodeCursor(content: Readonly<Record<string, string>>): string {
  return Buffer.from(JSON.stringify(content), 'utf8').toString('base64url');
}

const cursorSchema = z.record(z.string(), z.string());

/** The content of a cursor; 400 for what is none of ours. */
export function decodeCursor(cursor: string): Record<string, string | undefined> {
  try {
    const text = Buffer.from(cursor, 'base64url').toString('utf8');
    return cursorSchema.parse(JSON.parse(text));
  } catch {
    throw notACursor();
  }
}

/** 400 for a cursor that is none of ours. */
export function notACursor(): SallyportError {
  return badRequest('continue is not a cursor of this API', [
    { pointer: '/query/continue', reason: 'not a cursor of this API' },
  ]);
}
