// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Whether SCRAM-SHA-256 can have this password: SASLprep (RFC 4013) forbids control characters. */
export function isScramPassword(text: string): boolean {
  return text !== '' && !CONTROL.test(text);
}
