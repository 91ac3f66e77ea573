import { z } from 'zod';
import { badRequest, type SallyportError } from './errors/sallyport-error.js';

/** Bounded part of a list, and the start of the next. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** Encodes an opaque cursor, which is checked when a client sends it back. */
export function encodeCursor(content: Readonly<Record<string, string>>): string {
  return Buffer.from(JSON.stringify(content), 'utf8').toString('base64url');
}

const cursorSchema = z.record(z.string(), z.string());

/** Returns the content of a cursor; 400 for an invalid cursor. */
export function decodeCursor(cursor: string): Record<string, string | undefined> {
  try {
    const text = Buffer.from(cursor, 'base64url').toString('utf8');
    const content = cursorSchema.parse(JSON.parse(text));
    // A cursor has one spelling.
    if (encodeCursor(content) === cursor) return content;
  } catch {
    // Not base64url, not JSON, or not a record of texts: refused below.
  }
  throw notACursor();
}

/** Returns a 400 for an invalid cursor. */
export function notACursor(): SallyportError {
  return badRequest('continue is not a cursor of this API', [
    { pointer: '/query/continue', reason: 'not a cursor of this API' },
  ]);
}
