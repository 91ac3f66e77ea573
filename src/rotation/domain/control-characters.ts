/**
 * C0, DEL and C1 characters. Some of them end texts or lines in protocols: a NUL in a database name
 * would begin a new parameter in PostgreSQL's first message.
 */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** Reports whether a text has a control character. */
export function hasControlCharacter(text: string): boolean {
  return CONTROL.test(text);
}
