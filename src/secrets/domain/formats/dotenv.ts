import type { NameMapping, TextEntries } from './text-entries.js';
import { renderVariables } from './variables.js';

const bare = /^[A-Za-z0-9_@%+=:,./-]*$/;
const ONE_READING = 'has no spelling that every reader of dotenv files takes alike';

/**
 * Assignments that npm's dotenv, Node's `--env-file` and python-dotenv read alike. Throws Invalid
 * naming keys that are no variable, or whose value the three would read differently.
 */
export function renderDotenv(entries: TextEntries, names: NameMapping | undefined): string {
  return renderVariables(entries, names, { problemOf, quoted });
}

function problemOf(_name: string, text: string): string | undefined {
  if (text.includes('\r')) return `${ONE_READING}: it has a carriage return`;
  // python-dotenv expands this in every kind of quotes.
  if (text.includes('${')) return `${ONE_READING}: it contains "\${"`;
  if (!text.includes("'")) {
    // For python-dotenv, a backslash escapes a backslash or the quote; for npm's, the quote.
    return /\\(\\|$)/.test(text)
      ? `${ONE_READING}: a backslash before a backslash or the end`
      : undefined;
  }
  return /[\\"]/.test(text)
    ? `${ONE_READING}: a single quote beside a backslash or a double one`
    : undefined;
}

function quoted(text: string): string {
  if (bare.test(text)) return text;
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}
