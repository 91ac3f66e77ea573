import type { NameMapping, TextEntries } from './text-entries.js';
import { renderVariables } from './variables.js';

const bare = /^[A-Za-z0-9_@%+=:,./-]*$/;

/**
 * Renders assignments that a POSIX shell reads back byte for byte. Throws Invalid naming keys that
 * are no variable, that share a variable, or whose value contains NUL, which no environment can.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
 */
export function renderEnv(entries: TextEntries, names: NameMapping | undefined): string {
  return renderVariables(entries, names, { problemOf: () => undefined, quoted: shellQuoted });
}

function shellQuoted(text: string): string {
  if (bare.test(text)) return text;
  if (!text.includes("'")) return `'${text}'`;
  return `"${text.replaceAll(/[\\"$`]/g, '\\$&')}"`;
}
