/** Control characters, which some clients refuse and others send. */
const CONTROL = /\p{Cc}/u;
/** What becomes a space, or nothing (RFC 3454, C.1.2 and B.1), and more of its kind. */
const MAPPED = /[\p{Zs}--\x20]|\p{Cf}|\p{Variation_Selector}|\u034F|\u1806/v;

/**
 * Whether all clients of a database turn a password into the same bytes: SASLprep (RFC 4013), which
 * some apply and others do not, leaves it as it is.
 */
export function isSettablePassword(text: string): boolean {
  const isMapped = CONTROL.test(text) || MAPPED.test(text);
  return text !== '' && !isMapped && text.normalize('NFKC') === text;
}
