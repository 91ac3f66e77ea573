import type { TextEntries } from './text-entries.js';

/** Allowed in JSON strings, but not printable in YAML or a line break to some parsers. */
const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * Renders one double-quoted pair a line, so that no parser of YAML 1.1 or 1.2 sees a boolean,
 * number, date or null. A JSON string is a double-quoted scalar if all is printable. YAML 1.2.2
 * sections 5.1 and 7.3.1.
 */
export function renderYaml(entries: TextEntries): string {
  if (entries.length === 0) return '{}\n';
  return entries.map(([key, text]) => `${quoted(key)}: ${quoted(text)}\n`).join('');
}

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(unprintable, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
