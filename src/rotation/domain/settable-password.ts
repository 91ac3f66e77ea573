/** Control characters, which some clients refuse and others send. */
const CONTROL = /\p{Cc}/u;
/** Characters that become a space or nothing (RFC 3454, C.1.2 and B.1), and similar ones. */
const MAPPED = /[\p{Zs}--\x20]|\p{Cf}|\p{Variation_Selector}|\u034F|\u1806/v;

/**
 * Reports whether all clients of a database convert a password to equal bytes: SASLprep (RFC 4013),
 * which only some clients apply, leaves it unchanged.
 */
export function isSettablePassword(text: string): boolean {
  const isMapped = CONTROL.test(text) || MAPPED.test(text);
  return text !== '' && !isMapped && text.normalize('NFKC') === text;
}
