import { decodeCursor, encodeCursor, notACursor } from '../../core/page.js';

/** Returns the cursor behind a version in a list that is newest first. */
export function cursorAfterVersion(version: number): string {
  return encodeCursor({ before: String(version) });
}

/** Returns the number of the version that a list continues behind. Throws BadRequest. */
export function versionOfCursor(cursor: string): number {
  const { before = '' } = decodeCursor(cursor);
  if (!/^[1-9]\d{0,8}$/.test(before)) throw notACursor();
  return Number(before);
}
