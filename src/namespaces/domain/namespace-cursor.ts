import { decodeCursor, encodeCursor } from '../../core/page.js';

/** Returns the cursor behind a namespace in a list by name. */
export function cursorAfterNamespace(name: string): string {
  return encodeCursor({ after: name });
}

/** Returns the namespace that a list continues behind; empty: it begins. Throws BadRequest. */
export function namespaceBefore(cursor: string | undefined): string {
  return cursor === undefined ? '' : (decodeCursor(cursor)['after'] ?? '');
}
