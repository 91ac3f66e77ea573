/**
 * Returns the Warning field of a response; none without warnings. As the API server sends its own:
 * RFC 7234 section 5.5.
 */
export function warningHeader(warnings: readonly string[]): { readonly warning?: string } {
  if (warnings.length === 0) return {};
  return { warning: warnings.map(warningText).join(', ') };
}

function warningText(text: string): string {
  return `299 - "${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
