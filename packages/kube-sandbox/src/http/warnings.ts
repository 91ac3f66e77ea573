const TEXT_CHARACTERS_MAX = 1_024;

/** Returns `Warning` header values, RFC 7234 section 5.5: code 299, quoted. */
export function warningHeaders(warnings: readonly string[]): readonly string[] {
  return [...new Set(warnings)].map((text) => `299 - "${escaped(text)}"`);
}

/** Replaces characters that a header must not contain. */
function escaped(text: string): string {
  const visible = text.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, TEXT_CHARACTERS_MAX);
  return visible.replaceAll(/(["\\])/g, '\\$1');
}
