/**
 * Returns the Warning field of a response; none without warnings. As the API server sends its own:
 * RFC 7234 section 5.5.
 */
export function warningHeader(warnings: readonly string[]): { readonly warning?: string } {
  if (warnings.length === 0) return {};
  const texts = warnings.map(warningText);
  let characters = 0;
  const fitting = texts.filter((text) => (characters += text.length) <= HEADER_CHARACTERS_MAX);
  return { warning: fitting.join(', ') };
}

const TEXT_CHARACTERS_MAX = 256;
const HEADER_CHARACTERS_MAX = 4_096;

/** Cuts a text, and replaces what a field value cannot have (RFC 9110, section 5.5). */
function warningText(text: string): string {
  const visible = text.slice(0, TEXT_CHARACTERS_MAX).replaceAll(/[^\x20-\x7e]/g, '?');
  return `299 - "${visible.replaceAll(/["\\]/g, '\\$&')}"`;
}
