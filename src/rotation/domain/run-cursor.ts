import { decodeCursor, encodeCursor, notACursor } from '../../core/page.js';

/** Returns the cursor behind a run in a list that is newest first. */
export function cursorAfterRun(id: string): string {
  return encodeCursor({ run: id });
}

/** Returns the id of the run that a list continues behind. Throws BadRequest. */
export function runOfCursor(cursor: string): string {
  const { run } = decodeCursor(cursor);
  if (run === undefined) throw notACursor();
  return run;
}
