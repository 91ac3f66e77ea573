/**
 * C0, DEL and C1. Protocols end texts or lines at some of them: a NUL in the name of a database
 * would begin a parameter of its own in PostgreSQL's first message.
 */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** Whether a text has a control character. */
export function hasControlCharacter(text: string): boolean {
  return CONTROL.test(text);
}
