// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Reports whether SCRAM-SHA-256 allows a password: SASLprep (RFC 4013) bans control characters. */
export function isScramPassword(text: string): boolean {
  return text !== '' && !CONTROL.test(text);
}
